// SPDX-License-Identifier: Apache-2.0
#include "tests/support/lineage_tree.h"

#include <filesystem>
#include <fstream>
#include <utility>

namespace certhealth {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::days kBetweenRenewals{60};

// save_successor writes the key first, and swaps it second.
constexpr std::array<LineageFile, 4> kWriteOrder = {LineageFile::kPrivkey, LineageFile::kCert,
                                                    LineageFile::kChain, LineageFile::kFullchain};
constexpr std::array<LineageFile, 4> kLinkOrder = {LineageFile::kCert, LineageFile::kPrivkey,
                                                   LineageFile::kChain, LineageFile::kFullchain};

std::string_view KindOf(LineageFile file) {
  return kLineageFileNames[static_cast<std::size_t>(file)];
}

std::string LinkText(const std::string& name, LineageFile kind, int version) {
  return "../../archive/" + name + "/" + std::string(KindOf(kind)) + std::to_string(version) +
         ".pem";
}

void WriteBytes(const std::string& path, const std::string& bytes, fs::perms mode) {
  std::ofstream(path, std::ios::binary) << bytes;
  fs::permissions(path, mode);
}

constexpr fs::perms kPrivate = fs::perms::owner_read | fs::perms::owner_write;
constexpr fs::perms kPublic = kPrivate | fs::perms::group_read | fs::perms::others_read;

}  // namespace

LineageTree::LineageTree(std::string config_dir)
    : config_dir_(std::move(config_dir)), issuer_(MakeChain()) {
  for (const char* directory : {"live", "archive", "accounts"}) {
    fs::create_directories(At(directory));
    fs::permissions(At(directory), fs::perms::owner_all);
  }
  fs::create_directories(At("renewal"));
}

std::string LineageTree::At(std::string_view relative) const {
  return tree_.Path(config_dir_ + "/" + std::string(relative));
}

std::string LineageTree::Live(std::string_view name, std::string_view kind) const {
  return At("live/" + std::string(name) + "/" + std::string(kind) + ".pem");
}

std::string LineageTree::Archive(std::string_view name, std::string_view kind, int version) const {
  return At("archive/" + std::string(name) + "/" + std::string(kind) + std::to_string(version) +
            ".pem");
}

std::string LineageTree::Conf(std::string_view name) const {
  return At("renewal/" + std::string(name) + ".conf");
}

std::string LineageTree::ConfText(const std::string& name, const LineageOptions& options) const {
  std::string text =
      "# renew_before_expiry = 30 days\nversion = 2.1.0\narchive_dir = " + config_dir_ +
      "/archive/" + name + "\n";
  for (const LineageFile kind : kLinkOrder) {
    text += std::string(KindOf(kind)) + " = " + config_dir_ + "/live/" + name + "/" +
            std::string(KindOf(kind)) + ".pem\n";
  }
  text += options.top_lines + "\n# Options used in the renewal process\n[renewalparams]\n";
  if (!options.params_lines.empty()) return text + options.params_lines;
  return text +
         "account = 0123456789abcdef0123456789abcdef\nauthenticator = standalone\n"
         "server = https://acme-v02.api.letsencrypt.org/directory\nkey_type = ecdsa\n";
}

const MadeCertificate& LineageTree::Issue(const std::string& name) {
  Known& known = lineages_.at(name);
  CertificateSpec spec;
  spec.common_name = known.options.dns_names.front();
  spec.dns_names = known.options.dns_names;
  spec.not_before = known.options.not_before + kBetweenRenewals * known.leaves.size();
  spec.not_after = spec.not_before + known.options.lifetime;
  spec.serial = "A" + std::to_string(1000 + known.leaves.size());
  known.leaves.push_back(MakeIssuedBy(issuer_.intermediate, spec));
  return known.leaves.back();
}

const MadeCertificate& LineageTree::Leaf(const std::string& name, int version) const {
  return lineages_.at(name).leaves.at(static_cast<std::size_t>(version - 1));
}

WallTime LineageTree::NotAfter(const std::string& name, int version) const {
  const LineageOptions& options = lineages_.at(name).options;
  return options.not_before + kBetweenRenewals * (version - 1) + options.lifetime;
}

void LineageTree::WriteFile(const std::string& name, LineageFile kind, int version) const {
  const MadeCertificate& leaf = Leaf(name, version);
  const std::string& chain = issuer_.intermediate.pem;
  const std::string path = Archive(name, KindOf(kind), version);
  switch (kind) {
    case LineageFile::kCert:
      return WriteBytes(path, leaf.pem, kPublic);
    case LineageFile::kPrivkey:
      return WriteBytes(path, leaf.private_key_pem, kPrivate);
    case LineageFile::kChain:
      return WriteBytes(path, chain, kPublic);
    case LineageFile::kFullchain:
      return WriteBytes(path, leaf.pem + chain, kPublic);
  }
}

void LineageTree::WriteConf(const std::string& name) const {
  // certbot writes it beside the old one, in a name that its glob does not match.
  const std::string fresh = Conf(name) + ".new";
  WriteBytes(fresh, ConfText(name, lineages_.at(name).options), kPublic);
  fs::rename(fresh, Conf(name));
}

void LineageTree::AddLineage(const std::string& name, LineageOptions options) {
  if (options.dns_names.empty()) options.dns_names = {name};
  lineages_[name] = {std::move(options), {}};
  Issue(name);
  fs::create_directory(At("archive/" + name));
  fs::create_directory(At("live/" + name));
  for (const LineageFile kind : kLinkOrder)
    fs::create_symlink(LinkText(name, kind, 1), Live(name, KindOf(kind)));
  for (const LineageFile kind : kLinkOrder) WriteFile(name, kind, 1);
  WriteConf(name);
}

std::vector<std::function<void()>> LineageTree::StepsOfRenewal(const std::string& name) {
  Issue(name);
  const int version = static_cast<int>(lineages_.at(name).leaves.size());
  std::vector<std::function<void()>> steps;
  for (const LineageFile kind : kWriteOrder)
    steps.emplace_back([=, this] { WriteFile(name, kind, version); });
  steps.emplace_back([=, this] { WriteConf(name); });
  const auto previous = [=, this](LineageFile kind) {
    return Live(name, "previous_" + std::string(KindOf(kind)));
  };
  for (const LineageFile kind : kLinkOrder) {
    steps.emplace_back([=] {
      // The text of these is absolute (current_target) where that of the links is relative; the
      // tree is not where the machine's root is, so this one stays relative to be followed.
      fs::create_symlink(LinkText(name, kind, version - 1), previous(kind));
    });
  }
  for (const LineageFile kind : kLinkOrder) {
    const std::string link = Live(name, KindOf(kind));
    steps.emplace_back([=] { fs::remove(link); });
    steps.emplace_back([=] { fs::create_symlink(LinkText(name, kind, version), link); });
  }
  for (const LineageFile kind : kLinkOrder) steps.emplace_back([=] { fs::remove(previous(kind)); });
  return steps;
}

void LineageTree::Renew(const std::string& name) {
  for (const auto& step : StepsOfRenewal(name)) step();
}

void LineageTree::WriteNextVersion(const std::string& name) {
  const auto steps = StepsOfRenewal(name);
  for (std::size_t i = 0; i < kStepsUntilArchiveIsWritten; ++i) steps[i]();
}

}  // namespace certhealth
