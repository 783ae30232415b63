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

RareText& PathIn(RenewalConf& conf, LineageFile file) {
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
  std::vector<WatchedPath> always;  // what the reading depends on
  std::vector<WatchedPath> rarely;
  std::array<std::string, 4> link_paths;  // where the links are looked at
  std::array<std::string, 4> targets;     // what they lead to; empty when they do not
  std::array<std::optional<Result<FileContents>>, 4> contents;  // of the targets that are read
  std::optional<FileStatus> cert_status;
  std::optional<FileStatus> key_status;
  std::string archive_dir;
  std::vector<DirectoryEntry> archive_entries;
  bool conf_is_empty = false;

  const std::string& target(LineageFile file) const {
    return targets[static_cast<std::size_t>(file)];
  }
  /// Null when nothing could be read there.
  const std::string* bytes(LineageFile file) const {
    const auto& read = contents[static_cast<std::size_t>(file)];
    return read && *read ? &(*read)->bytes : nullptr;
  }
  void NoteStatus(const std::string& path, const Result<FileStatus>& status) {
    if (status && status->immutable && lineage.immutable.empty()) lineage.immutable = path;
  }

  /// Whether the listing of archive/NAME says so.
  bool IsKnownRegular(const std::string& path) const {
    if (path.size() <= archive_dir.size() || !path.starts_with(archive_dir)) return false;
    if (path[archive_dir.size()] != '/') return false;
    const std::string_view file = std::string_view(path).substr(archive_dir.size() + 1);
    const auto entry = std::ranges::lower_bound(archive_entries, file, {}, &DirectoryEntry::name);
    return entry != archive_entries.end() && entry->name == file &&
           entry->kind == FileKind::kRegular;
  }
};

LineageReading LineageReader::Read(const std::string& name, const std::string& label) const {
  Draft draft;
  draft.name = name;
  draft.live_dir = config_dir_ + "/live/" + name;
  draft.conf_path = config_dir_ + "/renewal/" + name + ".conf";
  draft.bundle.source = Source::kCertbot;
  draft.bundle.name = label;
  draft.lineage.root = root_;
  draft.lineage.name = name;

  // An identity is taken before what it stands for is read, or from the file that is read, so that
  // a change in between is seen as one the next time.
  const Result<FileStatus> live = files_.Status(draft.live_dir);
  draft.lineage.has_live = live.has_value() && live->kind == FileKind::kDirectory;
  if (!live && live.error().reason != Reason::kNotFound)
    draft.bundle.failures.push_back(live.error());
  draft.always.emplace_back(draft.live_dir, live);
  draft.NoteStatus(draft.live_dir, live);
  ReadConf(draft);
  LookAtLinks(draft);
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
  reading.identity = LineageIdentity(draft.always, draft.rarely);
  return reading;
}

void LineageReader::ReadConf(Draft& draft) const {
  Lineage& lineage = draft.lineage;
  const Result<FileContents> contents = files_.Read(draft.conf_path, kMaxConfBytes);
  if (!contents) {
    draft.always.emplace_back(draft.conf_path, files_.Status(draft.conf_path));
    lineage.has_conf = contents.error().reason != Reason::kNotFound;
    if (lineage.has_conf) lineage.conf_failure = contents.error();
  } else {
    draft.always.emplace_back(draft.conf_path, contents->status);
    draft.NoteStatus(draft.conf_path, contents->status);
    lineage.has_conf = true;
    draft.conf_is_empty = contents->bytes.empty();
    lineage.conf_written = contents->status.modified();
    lineage.conf = ReadRenewalConf(contents->bytes, draft.conf_path);
    ShareWith(last_account_, lineage.conf.conf.account);
    ShareWith(last_server_, lineage.conf.conf.server);
  }
  FindLinkPaths(draft);
  RenewalConf& conf = lineage.conf.conf;
  const std::string usual_archive = config_dir_ + "/archive/" + draft.name;
  draft.archive_dir = conf.archive_dir;
  if (conf.archive_dir == usual_archive) conf.archive_dir.clear();
  if (draft.archive_dir.empty() ||
      (lineage.conf_names_other_paths && !files_.Status(draft.archive_dir))) {
    draft.archive_dir = usual_archive;
  }
}

void LineageReader::FindLinkPaths(Draft& draft) const {
  Lineage& lineage = draft.lineage;
  std::string elsewhere;
  for (const LineageFile file : kFiles) {
    std::string& looked_at = draft.link_paths[static_cast<std::size_t>(file)];
    looked_at.append(draft.live_dir).append("/").append(KindOf(file)).append(".pem");
    RareText& path = PathIn(lineage.conf.conf, file);
    if (path.empty()) continue;
    if (path == looked_at) {
      path.clear();
      continue;
    }
    lineage.conf_names_other_paths = true;
    // certbot goes by the conf. Where that leads nowhere (a tree that was moved or mounted
    // elsewhere), what lies beside the conf is still worth a look.
    if (!path.str().starts_with('/') || !files_.LinkStatus(path)) continue;
    looked_at = path;
    // Links are replaced there, and that shows in the directory alone.
    if (std::string directory = DirectoryOf(path); directory != elsewhere) {
      draft.always.emplace_back(directory, files_.Status(directory));
      elsewhere = std::move(directory);
    }
  }
}

void LineageReader::LookAtLinks(Draft& draft) const {
  draft.lineage.previous_links = CountPreviousLinks(draft.live_dir);
  std::array<LineageLink, 4>& links = draft.lineage.links;
  const auto index = [](LineageFile file) { return static_cast<std::size_t>(file); };
  for (const LineageFile file : kFiles) links[index(file)] = FollowLink(draft, file);

  const LineageFile cert = LineageFile::kCert;
  draft.cert_status = LookAtTarget(draft, cert, files_.Status(draft.link_paths[index(cert)]));
  // certbot looks for versions beside the targets, wherever they are.
  if (!draft.target(cert).empty()) draft.archive_dir = DirectoryOf(draft.target(cert));
  ListArchive(draft);

  const LineageFile key = LineageFile::kPrivkey;
  draft.key_status = LookAtTarget(draft, key, files_.Status(draft.link_paths[index(key)]));
  for (const LineageFile file : {cert, LineageFile::kChain, LineageFile::kFullchain}) {
    ReadTarget(draft, file);
  }
}

/// An update removes the four, and makes them, in certbot's order (storage.py,
/// update_all_links_to): as long as one is there, the first or the last is.
int LineageReader::CountPreviousLinks(const std::string& live_dir) const {
  const auto is_there = [&](LineageFile file) {
    return files_.LinkStatus(live_dir + "/previous_" + std::string(KindOf(file)) + ".pem")
        .has_value();
  };
  if (!is_there(kFiles.front()) && !is_there(kFiles.back())) return 0;
  return static_cast<int>(std::ranges::count_if(kFiles, is_there));
}

/// As far as the link itself tells.
LineageLink LineageReader::FollowLink(Draft& draft, LineageFile file) const {
  const std::string& path = draft.link_paths[static_cast<std::size_t>(file)];
  std::string& target = draft.targets[static_cast<std::size_t>(file)];
  LineageLink link;
  if (DirectoryOf(path) != draft.live_dir || BaseOf(path) != std::string(KindOf(file)) + ".pem") {
    link.path = path;
  }
  const Result<std::string> text = files_.ReadLink(path);
  if (text) {
    target = ResolveLinkText(DirectoryOf(path), *text);
    link.version = VersionOf(BaseOf(target), KindOf(file)).value_or(0);
    link.state = LinkState::kGood;
  } else if (text.error().reason == Reason::kNotRegular) {
    link.state = LinkState::kNotALink;
    target = path;  // what is not a link can still be served, and read
  } else {
    link.state = StateOf(text.error());
  }
  return link;
}

/// `status` is what a link leads to.
std::optional<FileStatus> LineageReader::LookAtTarget(Draft& draft, LineageFile file,
                                                      const Result<FileStatus>& status) {
  LineageLink& link = draft.lineage.links[static_cast<std::size_t>(file)];
  std::string& target = draft.targets[static_cast<std::size_t>(file)];
  if (target.empty()) return std::nullopt;
  auto& list = file == LineageFile::kFullchain || file == LineageFile::kPrivkey ? draft.always
                                                                                : draft.rarely;
  list.emplace_back(target, status);
  if (link.state == LinkState::kGood && !status) {
    link.state = StateOf(status.error());
    // The link itself is there.
    if (link.state == LinkState::kMissing) link.state = LinkState::kDangling;
    if (link.state == LinkState::kDangling) target.clear();
  }
  return status ? std::optional(*status) : std::nullopt;
}

/// Reads cert, chain or fullchain. Of chain and fullchain this is the first that is known beyond
/// the text of the link.
void LineageReader::ReadTarget(Draft& draft, LineageFile file) const {
  const auto index = static_cast<std::size_t>(file);
  const std::string& target = draft.targets[index];
  if (target.empty()) return;
  Result<FileContents> contents = draft.IsKnownRegular(target)
                                      ? files_.ReadRegular(target, kMaxPemBytes)
                                      : files_.Read(target, kMaxPemBytes);
  if (file != LineageFile::kCert) {
    if (contents) {
      LookAtTarget(draft, file, contents->status);
    } else {
      LookAtTarget(draft, file, files_.Status(draft.link_paths[index]));
    }
  }
  draft.contents[index] = std::move(contents);
}

void LineageReader::ListArchive(Draft& draft) const {
  const Result<FileStatus> archive_dir = files_.Status(draft.archive_dir);
  draft.always.emplace_back(draft.archive_dir, archive_dir);
  draft.NoteStatus(draft.archive_dir, archive_dir);
  Result<std::vector<DirectoryEntry>> entries = files_.List(draft.archive_dir);
  if (!entries) return;
  draft.archive_entries = *std::move(entries);
  std::map<int, unsigned> versions;  // N -> one bit for each of the four kinds
  for (const DirectoryEntry& entry : draft.archive_entries) {
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
  const bool has_fullchain = !draft.target(LineageFile::kFullchain).empty();
  // The leaf is the same in both; the one that can be read will do.
  const LineageFile file = has_fullchain ? LineageFile::kFullchain : LineageFile::kCert;
  const std::string& path = draft.target(file);
  const auto& whole = draft.contents[static_cast<std::size_t>(file)];
  if (path.empty() || !whole) {
    if (draft.lineage.has_live) {
      draft.bundle.failures.push_back(
          {Reason::kNotFound, draft.live_dir + " holds neither fullchain.pem nor cert.pem"});
    }
    return;
  }
  if (!*whole) {
    draft.bundle.failures.push_back(whole->error());
    return;
  }
  const bool consistent = has_fullchain && IsCertThenChain(draft);
  if (consistent) draft.bundle.chain = ReadInParts(draft);
  if (draft.bundle.chain.empty()) {
    CertificateFile read = certificates_.Read((*whole)->bytes, path);
    draft.bundle.chain = read.Chain();
    std::ranges::move(read.failures, std::back_inserter(draft.bundle.failures));
  }
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

bool LineageReader::IsCertThenChain(const Draft& draft) {
  const std::string* cert = draft.bytes(LineageFile::kCert);
  const std::string* chain = draft.bytes(LineageFile::kChain);
  const std::string& whole = *draft.bytes(LineageFile::kFullchain);
  if (cert == nullptr || chain == nullptr || !whole.starts_with(*cert)) return false;
  // Else the first certificate of the whole could be the chain's: a CA's, that would pass for the
  // leaf.
  if (!cert->starts_with(kCertificateBegins)) return false;
  return std::string_view(whole).substr(cert->size()) == *chain;
}

std::vector<std::shared_ptr<const Certificate>> LineageReader::ReadInParts(
    const Draft& draft) const {
  const auto is_plain = [](const CertificateFile& file) {
    return !file.certificates.empty() && file.failures.empty() && file.other_blocks.empty();
  };
  const std::string& cert = *draft.bytes(LineageFile::kCert);
  const std::string& chain = *draft.bytes(LineageFile::kChain);
  // Certificates that begin on a line of their own are the same ones in one text as in two.
  if (!cert.ends_with('\n')) return {};
  if (chain != last_chain_.text) {
    CertificateFile rest = certificates_.Read(chain, draft.target(LineageFile::kChain));
    if (!is_plain(rest)) return {};
    last_chain_ = {chain, std::move(rest.certificates)};
  }
  CertificateFile leaf = certificates_.Read(cert, draft.target(LineageFile::kCert));
  if (!is_plain(leaf)) return {};
  leaf.certificates.insert(leaf.certificates.end(), last_chain_.certificates.begin(),
                           last_chain_.certificates.end());
  return std::move(leaf.certificates);
}

bool LineageReader::PresentsChainAsLeaf(const Draft& draft) const {
  const std::string* chain = draft.bytes(LineageFile::kChain);
  if (chain == nullptr || draft.bundle.chain.empty()) return false;
  const auto rest = certificates_.Read(*chain, draft.target(LineageFile::kChain)).Chain();
  return !rest.empty() && rest.front()->sha256 == draft.bundle.chain.front()->sha256;
}

void LineageReader::CompareFullchain(Draft& draft) const {
  const std::string& cert_path = draft.target(LineageFile::kCert);
  const std::string& chain_path = draft.target(LineageFile::kChain);
  const auto& cert = draft.contents[static_cast<std::size_t>(LineageFile::kCert)];
  if (!cert || draft.target(LineageFile::kFullchain).empty()) return;
  if (!*cert) {
    draft.lineage.cert_failure = cert->error();
    return;
  }
  const CertificateFile leaf = certificates_.Read((*cert)->bytes, cert_path);
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
  const auto& chain = draft.contents[static_cast<std::size_t>(LineageFile::kChain)];
  if (!chain || draft.bundle.chain.empty()) return;
  if (!*chain) {
    draft.bundle.failures.push_back(chain->error());
    return;
  }
  const CertificateFile rest = certificates_.Read((*chain)->bytes, chain_path);
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
  if (draft.target(LineageFile::kCert) == path_of(newest) && draft.cert_status) {
    lineage.newest_saved = draft.cert_status->modified();
  } else if (const Result<FileStatus> status = files_.Status(path_of(newest))) {
    lineage.newest_saved = status->modified();
  }
  if (lineage.link(LineageFile::kFullchain).version == newest && !draft.bundle.chain.empty()) {
    lineage.newest = draft.bundle.chain.front();
  } else {
    lineage.newest = ReadLeaf(path_of(newest));
  }
  if (lineage.newest == nullptr || lineage.archive.before_newest == 0) return;
  const auto before = ReadLeaf(path_of(lineage.archive.before_newest));
  if (before == nullptr) return;
  lineage.sha256_before = before->sha256;
  const auto& names = lineage.newest->dns_names;
  const std::set<std::string_view> kept(names.begin(), names.end());
  for (const std::string& name : before->dns_names) {
    if (!kept.contains(name)) lineage.dropped_names.push_back(name);
  }
}

void LineageReader::LookAtKey(Draft& draft) const {
  const std::string& path = draft.target(LineageFile::kPrivkey);
  if (path.empty() || !draft.key_status) return;
  KeyExposure& key = draft.lineage.key;
  key.seen = true;
  key.permissions = draft.key_status->permissions;
  key.owner = draft.key_status->owner;
  key.readable_by_all = (key.permissions & 0004U) != 0;
  for (std::string directory = DirectoryOf(path); key.readable_by_all;
       directory = DirectoryOf(directory)) {
    const Result<FileStatus> above = files_.Status(directory);
    draft.always.emplace_back(directory, above);
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
