// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "collectors/web_server/web_server_reading.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {

/// What an answer says, for a test to compare: "in /srv/a", "unknown", "refuses 404".
inline std::string Told(const ChallengeAnswer& answer) {
  using Kind = ChallengeAnswer::Kind;
  switch (answer.kind) {
    case Kind::kUnknown:
      return "unknown";
    case Kind::kDirectory:
      return "in " + answer.directory;
    case Kind::kFallback:
      return "first in " + answer.directory;
    case Kind::kRefuses:
      return "refuses " + std::to_string(answer.status);
    case Kind::kRedirects:
      return "to " + answer.host + ":" + std::to_string(answer.port);
  }
  return "none";
}

/// A machine with an apache2.conf: files below /srv are given to everybody, no .htaccess is read.
class ApacheStand {
 public:
  ApacheStand() {
    tree.Write("usr/lib/mod_rewrite.so", "");
    tree.Write("usr/lib/mod_authz_core.so", "");
  }

  WebServerConf Read(const std::string& text) {
    tree.Write("etc/apache2/apache2.conf",
               "LoadModule rewrite_module /usr/lib/mod_rewrite.so\n"
               "LoadModule authz_core_module /usr/lib/mod_authz_core.so\n"
               "<Directory />\n  AllowOverride None\n  Require all denied\n</Directory>\n"
               "<Directory \"/srv/\">\n  Require all granted\n</Directory>\n" +
                   text);
    return ReadApacheConf(*files, {}, "/etc/apache2").conf;
  }

  /// Of the host a.example, in which `text` stands; `main` stands outside.
  std::string Answer(const std::string& text, const std::string& main = "") {
    const WebServerConf conf =
        Read(main + "<VirtualHost *:80>\nServerName a.example\nDocumentRoot /srv/a\n" + text +
             "</VirtualHost>\n");
    if (!conf.fault.empty()) return conf.fault;
    return conf.sites ? Told(conf.sites->all().back().answer) : "no sites";
  }

  /// What a client is told who asks for `name` at port 80.
  std::string AnswerTo(const std::string& name, const std::string& text) {
    const WebServerConf conf = Read(text);
    if (!conf.fault.empty()) return conf.fault;
    if (!conf.sites) return "no sites";
    const auto met = conf.sites->AnswersTo(name, 80).answers;
    for (const ChallengeAnswer& answer : met) {
      if (answer != met.front()) return "several answers";
    }
    return met.empty() ? "no answer" : Told(met.front());
  }

  TemporaryTree tree;
  std::unique_ptr<FileSystem> files = MakePosixFileSystem(tree.root());
};

}  // namespace certhealth
