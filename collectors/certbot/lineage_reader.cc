// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/lineage_reader.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "collectors/certbot/paths.h"
#include "collectors/private_key.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxConfBytes = 1U << 20U;
constexpr std::uint64_t kMaxPemBytes = 1U << 20U;
constexpr std::string_view kCertificateBegins = "-----BEGIN CERTIFICATE-----";
constexpr std::array<LineageFile, 4> kFiles = {LineageFile::kCert, LineageFile::kPrivkey,
                                               LineageFile::kChain, LineageFile::kFullchain};

std::string_view KindOf(LineageFile file) {
  return kLineageFileNames[static_cast<std::size_t>(file)];
}

std::string& PathIn(RenewalConf& conf, LineageFile file) {
  switch (file) {
    case LineageFile::kCert:
      return conf.cert;
    case LineageFile::kPrivkey:
      return conf.privkey;
    case LineageFile::kChain:
      return conf.chain;
    case LineageFile::kFullchain:
      break;
  }
  return conf.fullchain;
}

bool SameCertificates(std::span<const std::shared_ptr<const Certificate>> one,
                      std::span<const std::shared_ptr<const Certificate>> other) {
  return std::ranges::equal(
      one, other, {}, [](const auto& c) { return c->sha256; },
      [](const auto& c) { return c->sha256; });
}

LinkState StateOf(const Failure& failure) {
  switch (failure.reason) {
    case Reason::kNotFound:
      return LinkState::kMissing;
    case Reason::kPermissionDenied:
    case Reason::kReadFailed:
      return LinkState::kUnseen;
    default:
      return LinkState::kDangling;  // a broken link, or a loop: certbot finds no file either way
  }
}

}  // namespace

/// A reading while it is put together.
struct LineageReader::Draft {
  std::string name;
  std::string live_dir;
  std::string conf_path;
  Bundle bundle;
  Lineage lineage;
  LineageIdentity identity;
  std::array<std::string, 4> link_paths;  // where the links are looked at
  std::array<std::string, 4> targets;     // what they lead to; empty when they do not
  std::string archive_dir;
  bool conf_is_empty = false;

  void Watch(std::vector<LineageIdentity::Watched>& list, const std::string& path,
             const Result<FileStatus>& status) {
    list.push_back({path, status ? std::optional(status->identity) : std::nullopt});
  }
  void Watch(std::vector<LineageIdentity::Watched>& list, const std::string& path,
             const FileSystem& files) {
    Watch(list, path, files.Status(path));
  }
  const std::string& target(LineageFile file) const {
    return targets[static_cast<std::size_t>(file)];
  }
};

bool LineageIdentity::Same(const FileSystem& files, const Watched& watched) {
  const Result<FileStatus> status = files.Status(watched.path);
  if (!status) return !watched.identity;
  return watched.identity == status->identity;
}

bool LineageIdentity::IsUnchanged(const FileSystem& files) const {
  return std::ranges::all_of(always_, [&](const Watched& watched) { return Same(files, watched); });
}

bool LineageIdentity::IsUnchangedThroughout(const FileSystem& files) const {
  return IsUnchanged(files) &&
         std::ranges::all_of(rarely_, [&](const Watched& watched) { return Same(files, watched); });
}

WallTime LineageIdentity::NewestChange() const {
  std::int64_t newest_ns = 0;
  for (const auto* list : {&always_, &rarely_}) {
    for (const Watched& watched : *list) {
      if (watched.identity) newest_ns = std::max(newest_ns, watched.identity->changed_ns);
    }
  }
  return WallTime(std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(newest_ns)));
}

LineageReading LineageReader::Read(const std::string& name, const std::string& label) const {
  Draft draft;
  draft.name = name;
  draft.live_dir = config_dir_ + "/live/" + name;
  draft.conf_path = config_dir_ + "/renewal/" + name + ".conf";
  draft.bundle.source = Source::kCertbot;
  draft.bundle.name = label;
  draft.lineage.root = root_;
  draft.lineage.name = name;

  // The identities are taken before the reading, so that a change in between is seen as one the
  // next time.
  const Result<FileStatus> live = files_.Status(draft.live_dir);
  draft.lineage.has_live = live.has_value() && live->kind == FileKind::kDirectory;
  if (!live && live.error().reason != Reason::kNotFound)
    draft.bundle.failures.push_back(live.error());
  draft.Watch(draft.identity.always_, draft.live_dir, live);
  ReadConf(draft);
  LookAtLinks(draft);
  ListArchive(draft);
  ReadCertificates(draft);
  ReadNewest(draft);
  LookAtKey(draft);

  LineageReading reading;
  const auto& links = draft.lineage.links;
  const bool torn = std::ranges::any_of(links, [&](const LineageLink& link) {
    return (link.state == LinkState::kMissing && draft.lineage.has_live) ||
           link.state == LinkState::kDangling || link.version != links[0].version;
  });
  // A first issue makes an empty conf, then the links, then what they lead to, and writes the conf
  // last.
  const bool unfinished = draft.conf_is_empty || !draft.lineage.has_conf;
  reading.in_motion = torn || unfinished || draft.lineage.previous_links > 0 ||
                      draft.lineage.archive.newest != links[0].version;
  draft.bundle.lineage = std::make_shared<const Lineage>(std::move(draft.lineage));
  reading.bundle = std::make_shared<const Bundle>(std::move(draft.bundle));
  reading.identity = std::move(draft.identity);
  return reading;
}

void LineageReader::ReadConf(Draft& draft) const {
  Lineage& lineage = draft.lineage;
  draft.Watch(draft.identity.always_, draft.conf_path, files_);
  const Result<FileContents> contents = files_.Read(draft.conf_path, kMaxConfBytes);
  if (!contents) {
    lineage.has_conf = contents.error().reason != Reason::kNotFound;
    if (lineage.has_conf) lineage.conf_failure = contents.error();
  } else {
    lineage.has_conf = true;
    draft.conf_is_empty = contents->bytes.empty();
    lineage.conf_written = contents->status.modified();
    lineage.conf = ReadRenewalConf(contents->bytes, draft.conf_path);
  }
  RenewalConf& conf = lineage.conf.conf;
  for (const LineageFile file : kFiles) {
    const std::string expected = draft.live_dir + "/" + std::string(KindOf(file)) + ".pem";
    std::string& path = PathIn(conf, file);
    std::string& looked_at = draft.link_paths[static_cast<std::size_t>(file)];
    looked_at = expected;
    if (path.empty()) continue;
    if (path == expected) {
      path.clear();
      continue;
    }
    lineage.conf_names_other_paths = true;
    // certbot goes by the conf. Where that leads nowhere (a tree that was moved or mounted
    // elsewhere), what lies beside the conf is still worth a look.
    if (path.starts_with('/') && files_.LinkStatus(path)) looked_at = path;
  }
  draft.archive_dir = conf.archive_dir;
  if (conf.archive_dir == config_dir_ + "/archive/" + draft.name) conf.archive_dir.clear();
  if (draft.archive_dir.empty() ||
      (lineage.conf_names_other_paths && !files_.Status(draft.archive_dir))) {
    draft.archive_dir = config_dir_ + "/archive/" + draft.name;
  }
}

void LineageReader::LookAtLinks(Draft& draft) const {
  for (const LineageFile file : kFiles) {
    draft.lineage.links[static_cast<std::size_t>(file)] = LookAtLink(draft, file);
    const bool previous =
        files_.LinkStatus(draft.live_dir + "/previous_" + std::string(KindOf(file)) + ".pem")
            .has_value();
    draft.lineage.previous_links += previous ? 1 : 0;
  }
  // certbot looks for versions beside the targets, wherever they are.
  const std::string& cert = draft.target(LineageFile::kCert);
  if (!cert.empty()) draft.archive_dir = DirectoryOf(cert);
}

LineageLink LineageReader::LookAtLink(Draft& draft, LineageFile file) const {
  const std::string& path = draft.link_paths[static_cast<std::size_t>(file)];
  LineageLink link;
  if (path != draft.live_dir + "/" + std::string(KindOf(file)) + ".pem") link.path = path;
  const Result<std::string> text = files_.ReadLink(path);
  if (!text) {
    link.state =
        text.error().reason == Reason::kNotRegular ? LinkState::kNotALink : StateOf(text.error());
    // What is not a link can still be served, and read.
    if (link.state == LinkState::kNotALink) draft.targets[static_cast<std::size_t>(file)] = path;
    return link;
  }
  const std::string target = ResolveLinkText(DirectoryOf(path), *text);
  link.version = VersionOf(BaseOf(target), KindOf(file)).value_or(0);
  const Result<FileStatus> status = files_.Status(path);
  link.state = status ? LinkState::kGood : StateOf(status.error());
  if (link.state == LinkState::kMissing)
    link.state = LinkState::kDangling;  // the link itself is there
  if (link.state != LinkState::kDangling) draft.targets[static_cast<std::size_t>(file)] = target;
  auto& list = file == LineageFile::kFullchain || file == LineageFile::kPrivkey
                   ? draft.identity.always_
                   : draft.identity.rarely_;
  draft.Watch(list, target, status);
  return link;
}

void LineageReader::ListArchive(Draft& draft) const {
  draft.Watch(draft.identity.always_, draft.archive_dir, files_);
  const Result<std::vector<DirectoryEntry>> entries = files_.List(draft.archive_dir);
  if (!entries) return;
  std::map<int, unsigned> versions;  // N -> one bit for each of the four kinds
  for (const DirectoryEntry& entry : *entries) {
    for (const LineageFile file : kFiles) {
      if (const auto version = VersionOf(entry.name, KindOf(file))) {
        versions[*version] |= 1U << static_cast<unsigned>(file);
      }
    }
  }
  ArchiveVersions& archive = draft.lineage.archive;
  archive.seen = true;
  for (const auto& [version, kinds] : versions) {
    archive.newest = version;
    if (kinds == 0b1111U) archive.before_newest = std::exchange(archive.newest_complete, version);
  }
}

void LineageReader::ReadCertificates(Draft& draft) const {
  const std::string& fullchain_path = draft.target(LineageFile::kFullchain);
  const std::string& cert_path = draft.target(LineageFile::kCert);
  // The leaf is the same in both; the one that can be read will do.
  const std::string& path = fullchain_path.empty() ? cert_path : fullchain_path;
  if (path.empty()) {
    if (draft.lineage.has_live) {
      draft.bundle.failures.push_back(
          {Reason::kNotFound, draft.live_dir + " holds neither fullchain.pem nor cert.pem"});
    }
    return;
  }
  Result<FileContents> fullchain = files_.Read(path, kMaxPemBytes);
  if (!fullchain) {
    draft.bundle.failures.push_back(fullchain.error());
    return;
  }
  std::string whole = std::move(fullchain).value().bytes;
  const bool consistent = IsCertThenChain(draft, whole);
  CertificateFile file = certificates_.Read(std::move(whole), path);
  draft.bundle.chain = file.Chain();
  std::ranges::move(file.failures, std::back_inserter(draft.bundle.failures));
  if (draft.bundle.chain.empty() && draft.bundle.failures.empty()) {
    draft.bundle.failures.push_back({Reason::kNoCertificate, path + " holds no certificate"});
  }
  if (consistent) {
    draft.lineage.fullchain = FullchainState::kConsistent;
    if (draft.bundle.chain.empty()) draft.lineage.cert_failure = draft.bundle.failures.back();
  } else {
    CompareFullchain(draft);
  }
}

bool LineageReader::IsCertThenChain(const Draft& draft, std::string_view whole) const {
  const Result<FileContents> cert = files_.Read(draft.target(LineageFile::kCert), kMaxPemBytes);
  if (!cert || !whole.starts_with(cert->bytes)) return false;
  // Else the first certificate of the whole could be the chain's: a CA's, that would pass for the
  // leaf.
  if (!cert->bytes.starts_with(kCertificateBegins)) return false;
  const Result<FileContents> chain = files_.Read(draft.target(LineageFile::kChain), kMaxPemBytes);
  return chain && whole.substr(cert->bytes.size()) == chain->bytes;
}

bool LineageReader::PresentsChainAsLeaf(const Draft& draft) const {
  if (draft.bundle.chain.empty()) return false;
  const auto first_of_chain = ReadLeaf(draft.target(LineageFile::kChain));
  return first_of_chain != nullptr && first_of_chain->sha256 == draft.bundle.chain.front()->sha256;
}

void LineageReader::CompareFullchain(Draft& draft) const {
  const std::string& cert_path = draft.target(LineageFile::kCert);
  const std::string& chain_path = draft.target(LineageFile::kChain);
  if (cert_path.empty() || draft.target(LineageFile::kFullchain).empty()) return;
  Result<FileContents> cert = files_.Read(cert_path, kMaxPemBytes);
  if (!cert) {
    draft.lineage.cert_failure = cert.error();
    return;
  }
  const CertificateFile leaf = certificates_.Read(std::move(cert).value().bytes, cert_path);
  if (leaf.Chain().empty()) {
    draft.lineage.cert_failure =
        leaf.failures.empty() ? Failure{Reason::kNoCertificate, cert_path + " holds no certificate"}
                              : leaf.failures.front();
    if (PresentsChainAsLeaf(draft)) {
      draft.bundle.chain.clear();
      draft.bundle.failures.push_back(*draft.lineage.cert_failure);
    }
    return;
  }
  if (chain_path.empty() || draft.bundle.chain.empty()) return;
  Result<FileContents> chain = files_.Read(chain_path, kMaxPemBytes);
  if (!chain) {
    draft.bundle.failures.push_back(chain.error());
    return;
  }
  const CertificateFile rest = certificates_.Read(std::move(chain).value().bytes, chain_path);
  const std::span presented(draft.bundle.chain);
  if (presented.front()->sha256 != leaf.certificates.front()->sha256) {
    draft.lineage.fullchain = FullchainState::kOtherLeaf;
  } else {
    draft.lineage.fullchain = SameCertificates(presented.subspan(1), rest.certificates)
                                  ? FullchainState::kConsistent
                                  : FullchainState::kOtherChain;
  }
}

std::shared_ptr<const Certificate> LineageReader::ReadLeaf(const std::string& path) const {
  Result<FileContents> contents = files_.Read(path, kMaxPemBytes);
  if (!contents) return nullptr;
  const auto chain = certificates_.Read(std::move(contents).value().bytes, path).Chain();
  return chain.empty() ? nullptr : chain.front();
}

void LineageReader::ReadNewest(Draft& draft) const {
  Lineage& lineage = draft.lineage;
  const int newest = lineage.archive.newest_complete;
  if (newest == 0) {
    if (!draft.bundle.chain.empty()) lineage.newest = draft.bundle.chain.front();
    return;
  }
  const auto path_of = [&](int version) {
    return draft.archive_dir + "/cert" + std::to_string(version) + ".pem";
  };
  if (const Result<FileStatus> status = files_.Status(path_of(newest)))
    lineage.newest_saved = status->modified();
  if (lineage.link(LineageFile::kFullchain).version == newest && !draft.bundle.chain.empty()) {
    lineage.newest = draft.bundle.chain.front();
  } else {
    lineage.newest = ReadLeaf(path_of(newest));
  }
  if (lineage.newest == nullptr || lineage.archive.before_newest == 0) return;
  const auto before = ReadLeaf(path_of(lineage.archive.before_newest));
  if (before == nullptr) return;
  const auto& names = lineage.newest->dns_names;
  const std::set<std::string_view> kept(names.begin(), names.end());
  for (const std::string& name : before->dns_names) {
    if (!kept.contains(name)) lineage.dropped_names.push_back(name);
  }
}

void LineageReader::LookAtKey(Draft& draft) const {
  const std::string& path = draft.target(LineageFile::kPrivkey);
  if (path.empty()) return;
  const Result<FileStatus> status = files_.Status(path);
  if (!status) return;
  KeyExposure& key = draft.lineage.key;
  key.seen = true;
  key.permissions = status->permissions;
  key.owner = status->owner;
  key.readable_by_all = (status->permissions & 0004U) != 0;
  for (std::string directory = DirectoryOf(path); key.readable_by_all;
       directory = DirectoryOf(directory)) {
    const Result<FileStatus> above = files_.Status(directory);
    key.readable_by_all = above && (above->permissions & 0001U) != 0;
    if (directory == config_dir_ || directory == "/") break;
  }
  if (keys_ == ReadKeys::kNo || draft.bundle.chain.empty()) return;
  Result<FileContents> pem = files_.Read(path, kMaxPemBytes);
  if (!pem) return;
  const Result<bool> matches =
      KeyMatches(std::move(pem).value().bytes, *draft.bundle.chain.front());
  if (matches) draft.lineage.key_match = *matches ? KeyMatch::kMatches : KeyMatch::kDiffers;
}

}  // namespace certhealth
