// SPDX-License-Identifier: Apache-2.0
#include "collectors/renewal_conf.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "collectors/base/utf32.h"
#include "collectors/base/utf8.h"
#include "collectors/configobj.h"

namespace certhealth {
namespace {

using List = std::vector<std::string>;

std::string Joined(const List& items) {
  std::string joined;
  for (std::size_t i = 0; i < items.size(); ++i) joined += (i == 0 ? "" : ", ") + items[i];
  return joined;
}

std::string InAscii(std::string text, char from, char to, int shift) {
  for (char& c : text) {
    if (c >= from && c <= to) c = static_cast<char>(c + shift);
  }
  return text;
}

std::string LowerAscii(std::string text) { return InAscii(std::move(text), 'A', 'Z', 'a' - 'A'); }

/// certbot up to 2.6 makes them that small; later ones want 2048.
constexpr int kLeastRsaBits = 1024;

/// The one challenge that a plugin of certbot's own answers; empty where that is not known.
std::string_view OnlyChallengeOf(std::string_view authenticator) {
  constexpr std::array<std::string_view, 4> kHttp = {"standalone", "webroot", "nginx", "apache"};
  constexpr std::array<std::string_view, 13> kDns = {
      "dns-cloudflare", "dns-digitalocean", "dns-dnsimple",   "dns-dnsmadeeasy", "dns-gehirn",
      "dns-google",     "dns-linode",       "dns-luadns",     "dns-nsone",       "dns-ovh",
      "dns-rfc2136",    "dns-route53",      "dns-sakuracloud"};
  if (std::ranges::find(kHttp, authenticator) != kHttp.end()) return "http-01";
  if (std::ranges::find(kDns, authenticator) != kDns.end()) return "dns-01";
  return {};
}

/// Python's int() of decimal ASCII digits: blanks around, a sign, single underscores between.
/// Beyond the limits of a port the value is not exact.
std::optional<int> ParsePythonInteger(std::string_view text) {
  const std::string stripped = ToUtf8(Strip(ToUtf32(text)));
  std::string_view rest = stripped;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  int value = 0;
  bool after_digit = false;
  for (const char c : rest) {
    if (c == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    value = std::min(value * 10 + (c - '0'), 1'000'000);
    after_digit = true;
  }
  if (!after_digit) return std::nullopt;
  return negative ? -value : value;
}

/// The scalars of one section as certbot sees them, each interpolated.
class Values {
 public:
  Values(ConfigObjReader& reader, const ConfigObjSection& section) : section_(section) {
    for (const ConfigObjScalar& scalar : section.scalars()) {
      Result<ConfigObjValue> value = reader.Read(section, scalar);
      if (value) {
        values_.emplace(scalar.key, std::move(value).value());
      } else if (!failure_) {
        failure_ = value.error();
      }
    }
  }

  const ConfigObjSection& section() const { return section_; }
  /// Of the first scalar, in the file's order, that could not be interpolated.
  const std::optional<Failure>& failure() const { return failure_; }
  /// Null when the key is absent, a section, or failed.
  const ConfigObjValue* Find(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }
  const std::string* FindText(std::string_view key) const {
    return std::get_if<std::string>(Find(key));
  }
  const List* FindList(std::string_view key) const { return std::get_if<List>(Find(key)); }
  /// The line of a scalar or a section.
  int LineOf(std::string_view key) const {
    if (const ConfigObjScalar* scalar = section_.FindScalar(key)) return scalar->line;
    const ConfigObjSection* child = section_.FindSection(key);
    return child == nullptr ? section_.line() : child->line();
  }

 private:
  const ConfigObjSection& section_;
  std::map<std::string, ConfigObjValue, std::less<>> values_;
  std::optional<Failure> failure_;
};

/// Goes through one file in certbot's order and keeps the first fault.
class ConfAssembly {
 public:
  explicit ConfAssembly(const ConfigObj& file)
      : file_(file), reader_(file), top_(reader_, file.root()) {}

  ConfReading Assemble() && {
    ReadTopLevel();
    const ConfigObjSection* section = file_.root().FindSection("renewalparams");
    if (section == nullptr) {
      FaultOf(ConfFault::kNoRenewalParams,
              file_.path() + ": no section [renewalparams]; restore it");
    } else {
      const Values params(reader_, *section);
      ReadParameters(params);
    }
    if (const ConfigObjSection* ari = file_.root().FindSection("acme_renewal_info")) {
      const Values values(reader_, *ari);
      if (const std::string* text = values.FindText("ari_retry_after")) {
        conf().ari_retry_after = *text;
      }
    }
    return std::move(reading_);
  }

 private:
  RenewalConf& conf() { return reading_.conf; }

  void FaultOf(ConfFault fault, std::string detail) {
    if (reading_.fault) return;
    reading_.fault = fault;
    reading_.fault_detail = std::move(detail);
  }

  void BadValue(const Values& values, std::string_view key, std::string_view what) {
    FaultOf(ConfFault::kBadValue, Place(values, key).append(what));
  }

  void Refuse(const Values& values, std::string_view key, std::string_view what) {
    if (conf().refused_setting.empty()) conf().refused_setting = Place(values, key).append(what);
  }

  /// "x.conf:12: key"
  std::string Place(const Values& values, std::string_view key) const {
    return file_.path() + ":" + std::to_string(values.LineOf(key)) + ": " + std::string(key);
  }

  /// A file that certbot reads at all has its top level interpolated before anything else.
  void ReadTopLevel() {
    if (top_.failure()) FaultOf(ConfFault::kBadValue, top_.failure()->detail);
    const std::array<std::pair<std::string_view, RareText*>, 4> paths = {
        {{"cert", &conf().cert},
         {"privkey", &conf().privkey},
         {"chain", &conf().chain},
         {"fullchain", &conf().fullchain}}};
    const auto no_path = [this](std::string_view key) {
      FaultOf(ConfFault::kMissingPath, file_.path() + ": no path for " + std::string(key) +
                                           "; add " + std::string(key) + " = the link in live/");
    };
    for (const auto& [key, field] : paths) {
      if (const std::string* text = top_.FindText(key)) *field = *text;
      if (!top_.section().Has(key)) no_path(key);
    }
    for (const std::string_view key : {"version", "cert", "privkey", "chain", "fullchain"}) {
      // certbot compares a version and takes the others for paths.
      const bool one_value = !top_.section().Has(key) || top_.FindText(key) != nullptr;
      if (!one_value) BadValue(top_, key, " must be one value; quote it when it has a comma");
    }
    for (const auto& [key, field] : paths) {
      if (field->empty()) no_path(key);  // to certbot, a link that is not there
    }
    if (const std::string* text = top_.FindText("version")) conf().version = *text;
    conf().archive_dir = TextOrJoined(top_, "archive_dir");
    if (const std::string* text = top_.FindText("renew_before_expiry")) {
      conf().renew_before_expiry = *text;
    }
    conf().renew_before_expiry_is_list = top_.FindList("renew_before_expiry") != nullptr;
  }

  std::string TextOrJoined(const Values& values, std::string_view key) {
    if (const std::string* text = values.FindText(key)) return *text;
    const List* list = values.FindList(key);
    if (list == nullptr) return "";
    conf().unexpected_lists.emplace_back(key);
    return Joined(*list);
  }

  /// certbot's _restore_str.
  std::string Text(const Values& params, std::string_view key) {
    std::string text = TextOrJoined(params, key);
    return text == "None" ? "" : text;
  }

  void ReadParameters(const Values& params) {
    if (!params.section().Has("authenticator")) {
      FaultOf(ConfFault::kNoAuthenticator,
              file_.path() + ":" + std::to_string(params.section().line()) +
                  ": [renewalparams] has no authenticator; add authenticator = the plugin's name");
    }
    if (params.failure()) FaultOf(ConfFault::kBadValue, params.failure()->detail);
    conf().renew_before_expiry_misplaced = params.section().Has("renew_before_expiry");
    ReadChallenges(params);
    ReadTyped(params);
    conf().account = Text(params, "account");
    conf().server = Text(params, "server");
    conf().authenticator = Text(params, "authenticator");
    conf().installer = Text(params, "installer");
    conf().http01_address = Text(params, "http01_address");
    conf().pre_hook = Text(params, "pre_hook");
    conf().post_hook = Text(params, "post_hook");
    conf().deploy_hook = Text(params, "renew_hook");
    if (conf().deploy_hook.empty()) conf().deploy_hook = Text(params, "deploy_hook");
    ReadPlugins(params);
    CheckChallenges(params);
    CheckKey(params);
  }

  /// "None of the preferred challenges are supported by the selected plugin": auth_handler.py,
  /// _get_chall_pref.
  void CheckChallenges(const Values& params) {
    const List& preferred = conf().preferred_challenges;
    const std::string_view only = OnlyChallengeOf(conf().authenticator);
    if (only.empty() || preferred.empty() || std::ranges::find(preferred, only) != preferred.end())
      return;
    Refuse(params, "pref_challs",
           " leaves out " + std::string(only) + ", which is all that " + conf().authenticator +
               " answers");
  }

  /// crypto_util.py, make_key; no key is made where the old one is used again.
  void CheckKey(const Values& params) {
    if (conf().reuse_key) return;
    const std::string type = Text(params, "key_type");
    if (type.empty()) return;
    if (type != "rsa" && type != "ecdsa")
      return Refuse(params, "key_type", " is neither rsa nor ecdsa");
    const std::string curve = LowerAscii(Text(params, "elliptic_curve"));
    constexpr std::array<std::string_view, 4> kCurves = {"", "secp256r1", "secp384r1", "secp521r1"};
    if (type == "ecdsa" && std::ranges::find(kCurves, curve) == kCurves.end()) {
      return Refuse(params, "elliptic_curve", " is a curve that certbot makes no keys on");
    }
    const std::string* bits = params.FindText("rsa_key_size");
    const std::optional<int> size = bits == nullptr ? std::nullopt : ParsePythonInteger(*bits);
    if (type == "rsa" && size && *size < kLeastRsaBits)
      Refuse(params, "rsa_key_size", " is less than certbot makes");
  }

  /// certbot's _restore_pref_challs.
  void ReadChallenges(const Values& params) {
    if (params.section().FindSection("pref_challs") != nullptr) {
      BadValue(params, "pref_challs", " is a section; write pref_challs = http-01,");
    }
    List challenges;
    if (const std::string* text = params.FindText("pref_challs")) challenges = {*text};
    if (const List* list = params.FindList("pref_challs")) challenges = *list;
    List unknown;
    for (std::string& challenge : challenges) {
      challenge = ToUtf8(Strip(ToUtf32(challenge)));
      if (challenge == "dns" || challenge == "http") challenge += "-01";
      constexpr std::array<std::string_view, 3> kKnown = {"http-01", "dns-01", "tls-alpn-01"};
      if (std::find(kKnown.begin(), kKnown.end(), challenge) == kKnown.end()) {
        unknown.push_back(challenge);
      }
    }
    // One empty name is no error to certbot: what it joins for the message is empty.
    const std::string names = Joined(unknown);
    if (!names.empty()) {
      BadValue(params, "pref_challs",
               " has the unknown challenge " + Shorten(names, 60) + "; use http-01 or dns-01");
    }
    conf().preferred_challenges = std::move(challenges);
  }

  void ReadTyped(const Values& params) {
    ReadBool(params, "must_staple", false);
    conf().allow_subset_of_names = ReadBool(params, "allow_subset_of_names", false);
    conf().reuse_key = ReadBool(params, "reuse_key", false);
    conf().autorenew = ReadBool(params, "autorenew", true);
    ReadInteger(params, "rsa_key_size");
    const std::string* port = params.FindText("http01_port");
    if (port != nullptr && *port == "None") return;
    const std::optional<int> number = ReadInteger(params, "http01_port");
    if (!number) return;
    if (*number < 0 || *number > 65535) {
      // certbot goes on with it, and cannot bind it.
      return BadValue(params, "http01_port", " is no port; write a number up to 65535");
    }
    conf().http01_port = static_cast<std::uint16_t>(*number);
  }

  /// certbot's _restore_bool.
  bool ReadBool(const Values& params, std::string_view key, bool otherwise) {
    if (!params.section().Has(key)) return otherwise;
    const std::string* text = params.FindText(key);
    const std::string lower = text == nullptr ? "" : LowerAscii(*text);
    if (lower == "true" || lower == "false") return lower == "true";
    BadValue(params, key, " must be True or False");
    return otherwise;
  }

  /// certbot's _restore_int.
  std::optional<int> ReadInteger(const Values& params, std::string_view key) {
    if (!params.section().Has(key)) return std::nullopt;
    const std::string* text = params.FindText(key);
    const std::optional<int> number = text == nullptr ? std::nullopt : ParsePythonInteger(*text);
    if (!number) BadValue(params, key, " must be a number");
    return number;
  }

  /// certbot's _restore_plugin_configs: the keys that begin with the name of a plugin in use.
  void ReadPlugins(const Values& params) {
    List prefixes;
    for (const std::string_view role : {"authenticator", "installer"}) {
      if (!params.section().Has(role)) continue;
      const std::string* plugin = params.FindText(role);
      if (plugin == nullptr) {
        BadValue(params, role, " must be the name of one plugin, without a comma");
      } else if (role == "authenticator" && *plugin == "webroot") {
        ReadWebroot(params);
      } else {
        prefixes.push_back(InAscii(*plugin, '-', '-', '_' - '-') + "_");
      }
    }
    for (const ConfigObjScalar& scalar : params.section().scalars()) {
      const bool in_use = std::any_of(
          prefixes.begin(), prefixes.end(),
          [&scalar](const std::string& prefix) { return scalar.key.starts_with(prefix); });
      if (!in_use) continue;
      ReadPluginKey(params, scalar.key);
      // The standalone plugin has had no option of its own since 0.33.
      if (scalar.key.starts_with("standalone_") && conf().forgotten_option.empty())
        conf().forgotten_option = Place(params, scalar.key);
    }
  }

  void ReadPluginKey(const Values& params, const std::string& key) {
    if (key == "manual_auth_hook") conf().manual_auth_hook = Text(params, key);
    if (key == "manual_cleanup_hook") conf().manual_cleanup_hook = Text(params, key);
    if (key == "nginx_server_root") conf().nginx_server_root = Text(params, key);
    if (key == "nginx_ctl") conf().nginx_ctl = Text(params, key);
    if (key == "apache_server_root") conf().apache_server_root = Text(params, key);
    if (key == "apache_ctl") conf().apache_ctl = Text(params, key);
    if (key.ends_with("_credentials")) {
      std::string path = Text(params, key);
      if (!path.empty()) conf().credentials.emplace_back(key, std::move(path));
    }
    // Route 53 has none any more, and certbot drops the key unread.
    if (key.ends_with("_propagation_seconds") && key != "dns_route53_propagation_seconds") {
      const std::string* text = params.FindText(key);
      const bool is_word =
          text != nullptr && (*text == "None" || *text == "True" || *text == "False");
      if (!is_word) ReadInteger(params, key);
    }
  }

  /// certbot's _restore_webroot_config. A path is not unset by "None".
  void ReadWebroot(const Values& params) {
    if (const std::string* text = params.FindText("webroot_path")) conf().webroot_path = {*text};
    if (const List* list = params.FindList("webroot_path")) conf().webroot_path = *list;
    const ConfigObjSection* map = params.section().FindSection("webroot_map");
    if (map == nullptr) return;
    const Values paths(reader_, *map);
    // certbot finds this out only when it renews, but then it fails for certain.
    if (paths.failure()) FaultOf(ConfFault::kBadValue, paths.failure()->detail);
    for (const ConfigObjScalar& scalar : map->scalars()) {
      if (paths.Find(scalar.key) == nullptr) continue;
      conf().webroot_map.emplace_back(scalar.key, TextOrJoined(paths, scalar.key));
    }
  }

  const ConfigObj& file_;
  ConfigObjReader reader_;
  Values top_;
  ConfReading reading_;
};

}  // namespace

ConfReading ReadRenewalConf(std::string_view text, std::string_view path) {
  const Result<ConfigObj> file = ParseConfigObj(text, path);
  if (!file) {
    ConfReading reading;
    reading.fault = ConfFault::kUnparseable;
    reading.fault_detail = file.error().detail;
    return reading;
  }
  return ConfAssembly(*file).Assemble();
}

}  // namespace certhealth
