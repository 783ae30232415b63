// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/certbot/lineage.h"
#include "tests/support/certificate_factory.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {

struct LineageOptions {
  std::vector<std::string> dns_names{};  // empty: the lineage's own name
  WallTime not_before = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  std::chrono::seconds lifetime = std::chrono::days{90};
  std::string top_lines{};     // of the conf, above [renewalparams]; each ends with a line feed
  std::string params_lines{};  // in [renewalparams], instead of authenticator, account and server
};

/// A machine's files with one or more of certbot's configuration directories on them, changed the
/// way certbot changes them: the same files, links and modes by the same system calls in the same
/// order (storage.py of 2.1). Paths are those of the machine; `root` is where it lies.
class LineageTree {
 public:
  explicit LineageTree(std::string config_dir = "/etc/letsencrypt");

  const TemporaryTree& files() const { return tree_; }
  std::string root() const { return tree_.root(); }
  const std::string& config_dir() const { return config_dir_; }

  /// Issues the first version of a lineage.
  void AddLineage(const std::string& name, LineageOptions options = {});

  /// Renews it: a certificate that begins 60 days after the one before.
  void Renew(const std::string& name);

  /// The same, one system call a step, none done yet: four files into archive/, the conf, four
  /// previous_KIND.pem, four links unlinked and made anew, four previous_KIND.pem removed.
  std::vector<std::function<void()>> StepsOfRenewal(const std::string& name);

  /// The first steps that write the files of the next version and no more.
  void WriteNextVersion(const std::string& name);

  /// The certificate of a version that was written, or is to be by the steps.
  const MadeCertificate& Leaf(const std::string& name, int version) const;
  WallTime NotAfter(const std::string& name, int version) const;
  const MadeCertificate& issuer() const { return issuer_.intermediate; }

  // Absolute paths on the real file system, to be meddled with.
  std::string Live(std::string_view name, std::string_view kind) const;
  std::string Archive(std::string_view name, std::string_view kind, int version) const;
  std::string Conf(std::string_view name) const;
  /// Of something below the configuration directory.
  std::string At(std::string_view relative) const;

  /// The text of a conf as certbot writes it.
  std::string ConfText(const std::string& name, const LineageOptions& options) const;

 private:
  struct Known {
    LineageOptions options;
    std::vector<MadeCertificate> leaves;  // version 1 is the first
  };

  const MadeCertificate& Issue(const std::string& name);
  void WriteFile(const std::string& name, LineageFile kind, int version) const;
  void WriteConf(const std::string& name) const;

  TemporaryTree tree_;
  std::string config_dir_;
  MadeChain issuer_;
  std::map<std::string, Known> lineages_;
};

inline constexpr std::size_t kStepsUntilArchiveIsWritten = 4;
inline constexpr std::size_t kStepsUntilConfIsWritten = 5;
inline constexpr std::size_t kStepsUntilPreviousLinks = 9;
inline constexpr std::size_t kStepsUntilLinksAreSwapped = 17;

}  // namespace certhealth
