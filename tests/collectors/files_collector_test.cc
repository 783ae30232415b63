// SPDX-License-Identifier: Apache-2.0
#include "collectors/files_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "collectors/base/utf8.h"
#include "tests/support/broken_file_system.h"
#include "tests/support/certificate_factory.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// One good certificate, /live/good/fullchain.pem, beside whatever a test adds: it must always be
/// seen.
class FilesCollectorTest : public testing::Test {
 protected:
  FilesCollectorTest() { tree_.Write("live/good/fullchain.pem", chain_.FullchainPem()); }

  FilesCollector Collector(std::vector<std::string> patterns = {"/live/*/fullchain.pem"}) {
    return Collector(files_, std::move(patterns));
  }

  FilesCollector Collector(const FileSystem& files, std::vector<std::string> patterns) {
    return FilesCollector({files, clock_, reader_, {}}, std::move(patterns));
  }

  /// The only failure of /live/bad/fullchain.pem.
  Failure BadFailure() {
    const CollectorRun look = Collector().Look({});
    EXPECT_THAT(look.failures, IsEmpty());
    if (look.bundles.size() != 2) return {Reason::kReadFailed, "not two bundles"};
    const Bundle& bad = *look.bundles[0];
    EXPECT_EQ(bad.name, "/live/bad/fullchain.pem");
    EXPECT_THAT(bad.chain, IsEmpty());
    EXPECT_THAT(bad.failures, SizeIs(1));
    EXPECT_THAT(look.bundles[1]->chain, SizeIs(2));
    EXPECT_THAT(look.bundles[1]->failures, IsEmpty());
    return bad.failures.at(0);
  }

  const TemporaryTree tree_;
  const std::unique_ptr<FileSystem> disk_ = MakePosixFileSystem(tree_.root());
  BrokenFileSystem files_{*disk_};
  CertificateReader reader_;
  FakeClock clock_;
  const MadeChain chain_ = MakeChain();
};

TEST_F(FilesCollectorTest, EachFileIsABundleNamedByItsPath) {
  const CollectorRun look = Collector().Look({});
  ASSERT_THAT(look.bundles, SizeIs(1));
  const Bundle& bundle = *look.bundles[0];
  EXPECT_EQ(bundle.source, Source::kFile);
  EXPECT_EQ(NameOf(bundle.source), "file");
  EXPECT_EQ(bundle.name, "/live/good/fullchain.pem");
  ASSERT_THAT(bundle.chain, SizeIs(2));
  EXPECT_EQ(bundle.chain[0]->subject, "CN=example.com");
  EXPECT_EQ(bundle.lineage, nullptr);
}

TEST_F(FilesCollectorTest, AFifoIsNamedAndNotWaitedFor) {
  tree_.MakeDirectory("live/bad");
  ASSERT_EQ(mkfifo(tree_.Path("live/bad/fullchain.pem").c_str(), 0600), 0);
  const Failure failure = BadFailure();
  EXPECT_EQ(failure.reason, Reason::kNotRegular);
  EXPECT_THAT(failure.detail, HasSubstr("a FIFO"));
  EXPECT_THAT(files_.TakeReads(), ElementsAre("/live/good/fullchain.pem"));
}

TEST_F(FilesCollectorTest, ALinkToADeviceIsNamedAndNeverOpened) {
  const auto machine = MakePosixFileSystem("/");
  BrokenFileSystem files(*machine);
  const CollectorRun look = Collector(files, {tree_.Link("bad", "/dev/zero")}).Look({});
  ASSERT_THAT(look.bundles, SizeIs(1));
  EXPECT_EQ(look.bundles[0]->failures.at(0).reason, Reason::kNotRegular);
  EXPECT_THAT(look.bundles[0]->failures.at(0).detail, HasSubstr("a device"));
  EXPECT_THAT(files.TakeReads(), IsEmpty());
}

TEST_F(FilesCollectorTest, ASparseFileOfTwoGibibytesIsTooLarge) {
  std::filesystem::resize_file(tree_.Write("live/bad/fullchain.pem", ""), std::uintmax_t{2} << 30U);
  EXPECT_EQ(BadFailure().reason, Reason::kTooLarge);
}

TEST_F(FilesCollectorTest, ADirectoryIsNamed) {
  tree_.MakeDirectory("live/bad/fullchain.pem");
  EXPECT_EQ(BadFailure().reason, Reason::kNotRegular);
}

TEST_F(FilesCollectorTest, ADanglingLinkIsNamedWithItsTarget) {
  tree_.Link("live/bad/fullchain.pem", "../../archive/bad/fullchain1.pem");
  const Failure failure = BadFailure();
  EXPECT_EQ(failure.reason, Reason::kBrokenLink);
  EXPECT_THAT(failure.detail, HasSubstr("../../archive/bad/fullchain1.pem"));
}

TEST_F(FilesCollectorTest, ALoopOfLinksIsNamed) {
  tree_.Link("live/bad/fullchain.pem", "fullchain.pem");
  EXPECT_EQ(BadFailure().reason, Reason::kLinkLoop);
}

TEST_F(FilesCollectorTest, AFileWithoutPermissionIsNamed) {
  tree_.Write("live/bad/fullchain.pem", "");
  files_.Break("/live/bad/fullchain.pem", Reason::kPermissionDenied);
  const CollectorRun look = Collector({"/live/*/*.pem"}).Look({});
  ASSERT_THAT(look.bundles, SizeIs(2));
  EXPECT_EQ(look.bundles[0]->failures.at(0).reason, Reason::kPermissionDenied);
  EXPECT_THAT(look.bundles[1]->chain, SizeIs(2));
}

TEST_F(FilesCollectorTest, AnEmptyFileHoldsNoCertificate) {
  tree_.Write("live/bad/fullchain.pem", "");
  EXPECT_EQ(BadFailure().reason, Reason::kNoCertificate);
}

TEST_F(FilesCollectorTest, GarbageHoldsNoCertificate) {
  tree_.Write("live/bad/fullchain.pem", "<html>404 Not Found</html>\n");
  EXPECT_EQ(BadFailure().reason, Reason::kNoCertificate);
}

TEST_F(FilesCollectorTest, ATornLeafIsNamedByLineAndTheCaDoesNotTakeItsPlace) {
  tree_.Write("live/bad/fullchain.pem",
              "-----BEGIN CERTIFICATE-----\nMIIB\n" + chain_.intermediate.pem);
  const Failure failure = BadFailure();
  EXPECT_EQ(failure.reason, Reason::kBadCertificate);
  EXPECT_THAT(failure.detail, HasSubstr("/live/bad/fullchain.pem:1: "));
}

TEST_F(FilesCollectorTest, AByteOrderMarkKeepsTheLeaf) {
  tree_.Write("live/good/fullchain.pem", "\xEF\xBB\xBF" + chain_.FullchainPem());
  const CollectorRun look = Collector().Look({});
  EXPECT_THAT(look.bundles.at(0)->failures, IsEmpty());
  EXPECT_EQ(look.bundles.at(0)->chain.at(0)->subject, "CN=example.com");
}

TEST_F(FilesCollectorTest, LeavesKeysOutUnlessTheyAreAskedForByName) {
  tree_.Write("live/good/privkey.pem", chain_.leaf.private_key_pem);
  CollectorRun look = Collector({"/live/*/*.pem"}).Look({});
  EXPECT_THAT(look.bundles, SizeIs(1));
  EXPECT_THAT(look.failures, IsEmpty());

  look = Collector({"/live/*/*.pem", "/live/good/privkey.pem"}).Look({});
  ASSERT_THAT(look.bundles, SizeIs(2));
  EXPECT_THAT(look.bundles[1]->failures,
              ElementsAre(Failure{Reason::kNoCertificate,
                                  "/live/good/privkey.pem holds no certificate, but PRIVATE KEY"}));
}

TEST_F(FilesCollectorTest, AMissingFileThatWasNamedIsABundle) {
  const CollectorRun look = Collector({"/srv/missing.pem"}).Look({});
  ASSERT_THAT(look.bundles, SizeIs(1));
  EXPECT_EQ(look.bundles[0]->name, "/srv/missing.pem");
  EXPECT_EQ(look.bundles[0]->failures.at(0).reason, Reason::kNotFound);
}

TEST_F(FilesCollectorTest, AFileGoneSinceItWasListedWasNeverThere) {
  tree_.Write("live/bad/fullchain.pem", "");
  files_.Break("/live/bad/fullchain.pem", Reason::kNotFound);
  const CollectorRun look = Collector({"/live/*/*.pem"}).Look({});
  EXPECT_THAT(look.bundles, SizeIs(1));
  EXPECT_THAT(look.failures, IsEmpty());
}

TEST_F(FilesCollectorTest, DoesNotReadAgainWhatHasNotChanged) {
  tree_.Write("live/key/fullchain.pem", chain_.leaf.private_key_pem);
  FilesCollector collector = Collector();
  const CollectorRun first = collector.Look({});
  EXPECT_THAT(files_.TakeReads(),
              ElementsAre("/live/good/fullchain.pem", "/live/key/fullchain.pem"));
  const CollectorRun second = collector.Look({});
  EXPECT_THAT(files_.TakeReads(), IsEmpty());
  EXPECT_EQ(first.bundles, second.bundles);
}

TEST_F(FilesCollectorTest, ReadsAgainWhenALinkLeadsToAnotherFile) {
  const MadeCertificate renewed = MakeSelfSigned({});
  tree_.Write("archive/1.pem", chain_.FullchainPem());
  tree_.Write("archive/2.pem", renewed.pem);
  tree_.Link("live/good/fullchain.pem", "../../archive/1.pem");
  FilesCollector collector = Collector();
  const CollectorRun first = collector.Look({});
  tree_.Link("live/good/fullchain.pem", "../../archive/2.pem");
  const CollectorRun second = collector.Look({});
  EXPECT_NE(first.bundles.at(0), second.bundles.at(0));
  EXPECT_EQ(second.bundles.at(0)->chain.at(0)->issuer, "CN=example.com");
  EXPECT_EQ(second.bundles.at(0)->name, first.bundles.at(0)->name);
}

TEST_F(FilesCollectorTest, AFailureLastsAsOneObjectAndGoesWithItsCause) {
  FilesCollector collector = Collector({"/live/good/fullchain.pem"});
  files_.Break("/live/good/fullchain.pem", Reason::kReadFailed);
  const CollectorRun first = collector.Look({});
  const CollectorRun second = collector.Look({});
  EXPECT_EQ(first.bundles, second.bundles);
  files_.Mend("/live/good/fullchain.pem");
  EXPECT_THAT(collector.Look({}).bundles.at(0)->failures, IsEmpty());
  files_.Break("/live/good/fullchain.pem", Reason::kReadFailed);
  EXPECT_THAT(collector.Look({}).bundles.at(0)->chain, IsEmpty()) << "nothing stale is shown";
}

TEST_F(FilesCollectorTest, ForgetsAFileThatIsGone) {
  FilesCollector collector = Collector();
  EXPECT_THAT(collector.Look({}).bundles, SizeIs(1));
  std::filesystem::remove_all(tree_.Path("live/good"));
  EXPECT_THAT(collector.Look({}).bundles, IsEmpty());
}

TEST_F(FilesCollectorTest, NamesAreValidUtf8AndNoTwoAreAlike) {
  for (const char* name :
       {"certs/\xE9.pem", "certs/\xE8.pem", "certs/\\xE9.pem", "certs/\xC3\xA9.pem"}) {
    tree_.Write(name, chain_.leaf.pem);
  }
  std::vector<std::string> names;
  for (const auto& bundle : Collector({"/certs/*"}).Look({}).bundles) names.push_back(bundle->name);
  EXPECT_THAT(names, ElementsAre("/certs/\\x5CxE9.pem", "/certs/\\xE8.pem", "/certs/\\xE9.pem",
                                 "/certs/\xC3\xA9.pem"));
}

TEST_F(FilesCollectorTest, TheDetailOfAFailureIsValidUtf8) {
  tree_.MakeDirectory("certs/\xE9.pem");
  const CollectorRun look = Collector({"/certs/*.pem"}).Look({});
  EXPECT_TRUE(IsValidUtf8(look.bundles.at(0)->failures.at(0).detail));
}

TEST_F(FilesCollectorTest, PatternsThatOverlapYieldAFileOnceAndFailOnTheirOwn) {
  const CollectorRun look =
      Collector({"/live/*/*.pem", "/live/**", "/live/good/fullchain.pem", "/srv/*.pem"}).Look({});
  EXPECT_THAT(look.bundles, SizeIs(1));
  EXPECT_THAT(look.failures, ElementsAre(Failure{Reason::kNotFound, "/srv does not exist"}));
}

}  // namespace
}  // namespace certhealth
