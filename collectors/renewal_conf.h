// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/base/compact_text.h"
#include "collectors/base/result.h"

namespace certhealth {

/// What a renewal conf (renewal/NAME.conf) says, as certbot reads it (renewal.py and storage.py of
/// 2.1, later changes included). An absent key is an empty string or an empty list; the text "None"
/// counts as absent where certbot takes it so. Keys of a plugin (webroot_*, manual_*, dns_*) are
/// absent unless that plugin is the authenticator or the installer: certbot does not look at them
/// either. Every string is valid UTF-8.
struct RenewalConf {
  // Top level.
  std::string version;  // of the certbot that last wrote the file, not of the one that runs
  RareText archive_dir;
  RareText cert;
  RareText privkey;
  RareText chain;
  RareText fullchain;
  std::optional<std::string> renew_before_expiry;  // of the top level, where alone it counts
  bool renew_before_expiry_is_list = false;        // an unquoted comma: every run fails

  // [renewalparams]
  bool renew_before_expiry_misplaced =
      false;  // also or only in [renewalparams], where it is ignored
  std::string authenticator;
  RareText installer;
  SharedText account;
  SharedText server;
  bool autorenew = true;
  bool allow_subset_of_names = false;
  bool reuse_key = false;
  std::uint16_t http01_port = 80;
  RareText http01_address;
  std::vector<std::string> preferred_challenges;  // "http-01", also where the file has "http"
  std::vector<std::string> webroot_path;          // certbot takes the last one
  std::vector<std::pair<std::string, std::string>>
      webroot_map;  // name -> path, in the file's order
  RareText pre_hook;
  RareText post_hook;
  RareText deploy_hook;  // written as renew_hook by every certbot
  RareText manual_auth_hook;
  RareText manual_cleanup_hook;
  std::vector<std::pair<std::string, std::string>> credentials;  // dns_*_credentials -> path

  RareText nginx_server_root;
  RareText nginx_ctl;
  RareText apache_server_root;
  RareText apache_ctl;

  // Keys that hold a list, by an unquoted comma, where certbot expects one value; "a, b" is what
  // the field then has. certbot does not skip such a file, but it trips over the list when it
  // renews.
  std::vector<std::string> unexpected_lists;

  /// A setting that certbot takes from the file, and over which it fails when it renews:
  /// "file:line: what is wrong". Empty without one.
  RareText refused_setting;
  /// The same, but only of certbot 0.33 to 2.6: an option of the authenticator's that it knows no
  /// more ("'Namespace' object has no attribute ...").
  RareText forgotten_option;

  // [acme_renewal_info]
  RareText ari_retry_after;  // naive local time of certbot's process, ISO 8601
};

/// Why certbot would skip the file, in the order in which it finds out.
enum class ConfFault {
  kUnparseable,      // not ConfigObj, not UTF-8
  kMissingPath,      // one of cert, privkey, chain, fullchain is absent or empty
  kNoRenewalParams,  // no [renewalparams]
  kNoAuthenticator,  // no authenticator in it
  kBadValue,         // a bool, number or challenge that is none, a list where one value must be, or
                     // an interpolation that fails (at the top level certbot finds that first)
};

struct ConfReading {
  RenewalConf conf;                // as far as it could be read, also when there is a fault
  std::optional<ConfFault> fault;  // the first, as certbot reports it
  std::string fault_detail;  // "file:line: what is wrong; what would be right", "file: ..." for
                             // what is not there; empty without a fault
};

/// Reads the text of a renewal conf. `path` is for messages only. An unparseable file leaves `conf`
/// at its defaults: nothing of it is to be trusted. Time and memory are bounded by the size of the
/// text. Pure; thread-safe.
ConfReading ReadRenewalConf(std::string_view text, std::string_view path);

}  // namespace certhealth
