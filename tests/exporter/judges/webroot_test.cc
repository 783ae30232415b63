// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/webroot.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;
using O = WritePlace::Obstacle;

std::vector<JudgeCase> WebrootCases() {
  using S = JudgeScene;
  const auto fails = NextRenewal::kFails;
  const auto webroot = [](void (*change)(S&)) {
    return [change](S& s) {
      s.UseWebroot("/var/www");
      change(s);
    };
  };
  return {
      {"webroot_missing", "certbot creates it", webroot([](S& s) { s.SetMissing("/var/www"); }),
       kWarning},
      {"webroot_missing", "there", webroot([](S&) {}), {}},
      {"webroot_missing", "may not be seen", webroot([](S& s) { s.Path("/var/www") = {}; }), {}},
      {"webroot_missing",
       "of a name that the certificate no longer has",
       webroot([](S& s) {
         s.conf().webroot_map.emplace_back("old.example.com", "/old");
         s.SetMissing("/old");
       }),
       {}},
      {"webroot_missing",
       "left over from another authenticator",
       webroot([](S& s) {
         s.SetMissing("/var/www");
         s.conf().authenticator = "standalone";
       }),
       {}},
      {"webroot_not_directory", "a file", webroot([](S& s) { s.SetFile("/var/www", 0644); }),
       kCritical, fails},
      {"webroot_not_directory", "a directory", webroot([](S&) {}), {}},
      {"webroot_not_writable", "mounted read-only",
       webroot([](S& s) { s.Place("/var/www").obstacle = O::kReadOnly; }), kCritical, fails},
      {"webroot_not_writable",
       "its mode does not bind root",
       webroot([](S& s) { s.Path("/var/www").permissions = 0555; }),
       {}},
      {"webroot_map_incomplete", "a name without any", webroot([](S& s) {
         s.conf().webroot_map.pop_back();
         s.conf().webroot_path.clear();
       }),
       kCritical, fails},
      {"webroot_map_incomplete",
       "the last webroot_path stands in",
       webroot([](S& s) { s.conf().webroot_map.pop_back(); }),
       {}},
      {"webroot_map_incomplete", "a name is there in capitals, which certbot takes for another",
       webroot([](S& s) {
         s.conf().webroot_path.clear();
         s.conf().webroot_map[0].first = "EXAMPLE.com";
       }),
       kCritical, fails},
      {"webroot_disagrees", "the first story: one of the two is mistyped",
       webroot([](S& s) { s.conf().webroot_path = {"/var/wwww"}; }), kWarning},
      {"webroot_disagrees", "the map has a directory that the list has not", webroot([](S& s) {
         s.conf().webroot_map[0].second = "/srv/other";
         s.SetDirectory("/srv/other");
       }),
       kWarning},
      {"webroot_disagrees", "both agree", webroot([](S&) {}), {}},

      {"webroot_not_directory", "a link to nothing", webroot([](S& s) {
         s.SetMissing("/var/www");
         s.Place("/var/www") = {O::kDanglingLink, "/var/www", false};
       }),
       kCritical, fails},
      {"webroot_not_directory", "a stray file where challenges belong", webroot([](S& s) {
         s.Place("/var/www") = {O::kNotDirectory, "/var/www/.well-known", false};
       }),
       kCritical, fails},
      {"webroot_not_directory", "of a name that the certificate no longer has", webroot([](S& s) {
         s.conf().webroot_map.emplace_back("old.example.com", "/old");
         s.SetFile("/old", 0644);
       }),
       kCritical, fails},
      {"webroot_not_directory",
       "of another authenticator",
       webroot([](S& s) {
         s.SetFile("/var/www", 0644);
         s.conf().authenticator = "standalone";
       }),
       {}},
      {"webroot_missing",
       "a link to nothing has a problem of its own",
       webroot([](S& s) {
         s.SetMissing("/var/www");
         s.Place("/var/www") = {O::kDanglingLink, "/var/www", false};
       }),
       {}},
      {"webroot_not_writable", "immutable",
       webroot([](S& s) { s.Place("/var/www").obstacle = O::kImmutable; }), kCritical, fails},
      {"webroot_not_writable", "full",
       webroot([](S& s) { s.Place("/var/www").obstacle = O::kNoSpace; }), kCritical, fails},
      {"webroot_not_writable", "without inodes",
       webroot([](S& s) { s.Place("/var/www").obstacle = O::kNoInodes; }), kCritical, fails},
      {"webroot_not_writable",
       "for this process alone",
       webroot([](S& s) { s.Place("/var/www").obstacle = O::kReadOnlyHere; }),
       {}},
      {"webroot_not_writable",
       "an old name's directory is there already",
       webroot([](S& s) {
         s.conf().webroot_map.emplace_back("old.example.com", "/old");
         s.Place("/old") = {O::kReadOnly, "/old/.well-known/acme-challenge", true};
       }),
       {}},
      {"webroot_not_writable", "an old name's directory must be made", webroot([](S& s) {
         s.conf().webroot_map.emplace_back("old.example.com", "/old");
         s.Place("/old") = {O::kReadOnly, "/old", false};
       }),
       kCritical, fails},
      {"webroot_not_writable",
       "an empty directory needs no space",
       webroot([](S& s) {
         s.conf().webroot_map.emplace_back("old.example.com", "/old");
         s.Place("/old") = {O::kNoSpace, "/old", false};
       }),
       {}},
  };
}

namespace {

TEST(WebrootJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(WebrootCases()); }

TEST(WebrootJudges, TenThousandNamesAndAsManyWebrootsAreJudgedInOneGo) {
  JudgeScene scene;
  scene.conf().authenticator = "webroot";
  scene.leaf.dns_names.clear();
  for (int i = 0; i < 10'000; ++i) {
    const std::string path = "/w/" + std::to_string(i);
    scene.leaf.dns_names.push_back("n" + std::to_string(i) + ".example.com");
    scene.conf().webroot_map.push_back({scene.leaf.dns_names.back(), path});
    scene.conf().webroot_path.push_back(path);
    scene.SetMissing(path);
  }
  // The name that is asked for first is found last.
  std::ranges::reverse(scene.conf().webroot_map);
  // A product of the two would be half a billion comparisons for each of five judges, and minutes.
  const Verdict verdict = scene.JudgeOne();
  ASSERT_FALSE(verdict.problems.empty());
  EXPECT_EQ(verdict.problems.front().kind->id, "webroot_missing");
  EXPECT_LT(verdict.problems.front().detail.size(), 2000U);
}

}  // namespace
}  // namespace certhealth
