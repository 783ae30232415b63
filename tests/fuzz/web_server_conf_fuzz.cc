// SPDX-License-Identifier: Apache-2.0
// Contract: whatever is in the files of a web server's configuration, each including whichever, the
// reading ends, its fault and the places that it names are valid UTF-8, and no
// answer to a challenge is left to be followed.
#include <cstdlib>
#include <string>

#include "collectors/base/utf8.h"
#include "collectors/web_server/web_server_reading.h"

namespace {

using namespace certhealth;

/// The same text in every file but those that are "gone"; a few files in every directory.
class OneTextFileSystem final : public FileSystem {
 public:
  explicit OneTextFileSystem(std::string text) : text_(std::move(text)) {}
  Result<std::vector<DirectoryEntry>> List(const std::string&) const override {
    return std::vector<DirectoryEntry>{{"a.conf", FileKind::kRegular}, {"b", FileKind::kRegular}};
  }
  Result<FileStatus> Status(const std::string& path) const override {
    if (path.find("gone") != std::string::npos) return Failure{Reason::kNotFound, path};
    return FileStatus{};
  }
  Result<FileStatus> LinkStatus(const std::string& path) const override { return Status(path); }
  Result<std::string> ReadLink(const std::string& path) const override {
    return Failure{Reason::kNotRegular, path};
  }
  Result<FileContents> Read(const std::string&, std::uint64_t) const override {
    return FileContents{text_, {}};
  }
  Result<std::unique_ptr<ByteSource>> OpenForReading(const std::string& path) const override {
    return Failure{Reason::kNotRegular, path};
  }
  Result<DirectoryCondition> Condition(const std::string&) const override {
    return DirectoryCondition{};
  }

 private:
  std::string text_;
};

void Check(const WebServerConf& conf) {
  if (!IsValidUtf8(conf.fault)) std::abort();
  if (!conf.sites) return;
  for (const WebSite& site : conf.sites->all()) {
    if (!IsValidUtf8(site.answer.place)) std::abort();
  }
  for (const ChallengeAnswer& answer : conf.sites->AnswersTo("a", 80).answers) {
    if (answer.kind == ChallengeAnswer::Kind::kRedirects) std::abort();  // it is followed
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const OneTextFileSystem files(std::string(reinterpret_cast<const char*>(data), size));
  Check(ReadNginxConf(files, {}, "/etc/nginx").conf);
  Check(ReadApacheConf(files, {}, "/etc/apache2").conf);
  return 0;
}
