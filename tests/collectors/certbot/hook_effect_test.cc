// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/hook_effect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

HookEffect Of(std::string_view command) { return EffectOfCommand(command, {}); }

TEST(HookEffect, NothingIsDoneByWhatIsBlankOrAComment) {
  for (const char* text :
       {"", "\n\n", "#!/bin/sh\n", "# systemctl stop nginx", "#systemctl stop nginx\n\t# done\n",
        "  # kill $(cat /run/nginx.pid) | `x` \"\n"}) {
    const HookEffect effect = Of(text);
    EXPECT_TRUE(effect.is_there);
    EXPECT_FALSE(effect.may_change_something()) << text;
  }
  EXPECT_FALSE(HookEffect().is_there);
  EXPECT_FALSE(HookEffect().may_change_something());
}

TEST(HookEffect, NothingIsDoneByWhatIsHarmless) {
  for (const char* text :
       {"exit", "exit 0", "true", "/bin/true", ":", "set -e\nset -euo pipefail\nexit 1",
        "echo 'stop $(nginx) {now} *'", "echo \"Stopping nginx! It's (not) needed; # really\"",
        "echo stop nginx > /dev/null 2>&1", "echo warning >&2", "printf '%s\\n' stopped",
        "/usr/bin/logger -t certbot renewing; sleep 2; date +%F", "true && echo a || echo b",
        "true &&\n\n# what follows\n echo b", "echo \"Gr\xc3\xbc\xc3\x9f\"", "false >>/dev/null"}) {
    const HookEffect effect = Of(text);
    EXPECT_TRUE(effect.is_known) << text;
    EXPECT_THAT(effect.services, IsEmpty()) << text;
  }
}

TEST(HookEffect, OrdersToWellKnownServersAreUnderstood) {
  for (const char* text :
       {"systemctl stop nginx", "/bin/systemctl stop nginx.service", "/usr/sbin/service nginx stop",
        "service nginx stop", "/etc/init.d/nginx stop", "invoke-rc.d nginx stop",
        "echo a; \"systemctl\" 'stop' nginx >/dev/null 2>&1 || true # for the port"}) {
    EXPECT_TRUE(Of(text).is_known) << text;
    EXPECT_THAT(Of(text).stopped, ElementsAre("nginx")) << text;
  }
  const HookEffect several =
      Of("systemctl stop apache2 haproxy\nsystemctl restart caddy\nservice varnish status");
  EXPECT_THAT(several.stopped, ElementsAre("apache2", "haproxy"));
  EXPECT_THAT(several.services, ElementsAre("apache2", "caddy", "haproxy", "varnish"));
}

TEST(HookEffect, NothingBehindAnExitIsRun) {
  EXPECT_FALSE(Of("exit 0\nsystemctl stop nginx\nkill $(cat /run/x)").may_change_something());
  EXPECT_FALSE(Of("echo off; exit 0; nginx -s stop").may_change_something());
  // All that is joined may be of another shell.
  for (const char* text :
       {"true || exit 0\nnginx -s stop", "false &&\n# perhaps\nexit 0\nnginx -s stop",
        "exit 0 && true & nginx -s stop", "exit 0 | x\nnginx -s stop", "exit 0 & nginx -s stop",
        "exit now\nnginx -s stop", "exit 1 2\nnginx -s stop", "exit 0000\nnginx -s stop",
        "/bin/exit 0\nnginx -s stop", "(exit 0)\nnginx -s stop",
        "if x; then exit 0; fi; nginx -s stop", "exit() { :; }\nexit 0\nnginx -s stop",
        "trap 'nginx -s stop' EXIT\nexit 0", "exit $x\nnginx -s stop",
        "# off \\\nexit 0\nnginx -s stop"}) {
    EXPECT_FALSE(Of(text).is_known) << text;
  }
  EXPECT_THAT(Of("true || exit 0\nsystemctl stop nginx").stopped, ElementsAre("nginx"));
}

TEST(HookEffect, WhateverElseThereIsMayDoAnything) {
  for (const char* text : {"nginx -s stop",
                           "kill 1",
                           "sudo systemctl stop apache2",
                           "docker stop web",
                           "systemctl stop $SERVER",
                           "systemctl stop `cat x`",
                           "systemctl stop \"$SERVER\"",
                           "systemctl stop web",
                           "systemctl stop apache2 web",
                           "systemctl stop nginx.socket",
                           "systemctl stop apache2@a",
                           "systemctl stop",
                           "systemctl",
                           "systemctl kill apache2",
                           "systemctl --host a stop apache2",
                           "systemctl isolate rescue.target",
                           "service apache2 force-stop",
                           "service apache2",
                           "service --status-all",
                           "service apache2 stop now",
                           "/etc/init.d/web stop",
                           "/etc/init.d/../x/apache2 stop",
                           "/opt/bin/systemctl stop apache2",
                           "/usr/bin/x/true",
                           "./true",
                           "A=b",
                           "A=b echo",
                           "PATH=/opt/bin\ntrue",
                           "printf -v PATH /opt/bin",
                           "printf",
                           "alias echo=x",
                           ". /opt/x",
                           "source /opt/x",
                           "eval exit 0",
                           "exec true",
                           "echo a | sh",
                           "echo a |& sh",
                           "true &",
                           "& a",
                           "echo a > /run/stop",
                           "echo a > ",
                           "> /dev/null",
                           "echo a >| /dev/null",
                           "echo a >&3",
                           "echo a >&-",
                           "echo a &> /dev/null",
                           "cat < /x",
                           "sh <<E\nnginx -s stop\nE",
                           "echo *",
                           "echo ?",
                           "echo [a]",
                           "echo ~",
                           "echo {a,b}",
                           "echo a\\ b",
                           "echo a \\\n b",
                           "echo 'a\nb'",
                           "echo 'a",
                           "echo \"a",
                           "echo \"`x`\"",
                           "echo \"a\\\"",
                           "echo a#b",
                           "! true",
                           "[ -e /x ]",
                           "test -e /x",
                           "if true; then exit; fi",
                           "while true; do :; done",
                           "echo() { nginx -s stop; }",
                           "echo ()",
                           "{ true; }",
                           "( true )",
                           "true ;; true",
                           "; true",
                           "&& true",
                           "true &&",
                           "true ||\n",
                           "true; ; true",
                           "true\r\n",
                           "echo 'a\r'",
                           "'' a",
                           "case x in x) ;; esac",
                           "echo Gr\xc3\xbc\xc3\x9f"}) {
    EXPECT_FALSE(Of(text).is_known) << text;
    EXPECT_TRUE(Of(text).may_change_something()) << text;
  }
  EXPECT_FALSE(Of(std::string_view("true\0 a", 7)).is_known);
}

TEST(HookEffect, ScriptsAreReadAsTheirShellReadsThem) {
  for (const char* text :
       {"", "exit 0\n", "#!/bin/sh\nexit 0\n", "#! /bin/bash -eu \n\n:\n", "#!/usr/bin/env bash\n",
        "#!/usr/bin/dash", "#!/bin/sh\n\nset -e\n# systemctl stop nginx\n"}) {
    EXPECT_FALSE(EffectOfScript(text).may_change_something()) << text;
  }
  for (const char* text :
       {"#!/usr/bin/python3\nexit\n", "#!/bin/bash -l\n", "#!/bin/sh /opt/x\n", "#!\n", "#!sh\n",
        "#!/bin/sh -e -x\n", "#!/usr/bin/env\n", "#!/usr/bin/env A=b sh\n", "#!/opt/sh\n",
        "#!/bin/zsh\n", "#!/bin/busybox sh\n", "\xef\xbb\xbf#!/bin/sh\nexit 0\n", "/opt/x\n"}) {
    EXPECT_FALSE(EffectOfScript(text).is_known) << text;
  }
  EXPECT_FALSE(EffectOfScript(std::string_view("exit 0\n\0", 8)).is_known);
}

TEST(HookEffect, ACommandDoesWhatItsScriptDoes) {
  const HookScripts scripts = {{"/opt/a", EffectOfScript("systemctl stop apache2; exit 0")},
                               {"/opt/b", EffectOfScript("nginx -s stop")},
                               {"/etc/init.d/caddy", HookEffect::Unknown()}};
  EXPECT_THAT(EffectOfCommand("/opt/a --now; service caddy stop", scripts).stopped,
              ElementsAre("apache2", "caddy"));
  EXPECT_THAT(EffectOfCommand("/etc/init.d/caddy stop", scripts).stopped, ElementsAre("caddy"))
      << "it is known for what it does";
  EXPECT_FALSE(EffectOfCommand("/opt/a; /opt/b", scripts).is_known);
  EXPECT_FALSE(EffectOfCommand("/opt/c", scripts).is_known);
}

TEST(HookEffect, OnlyAnotherWellKnownServerIsSpared) {
  EXPECT_FALSE(MayStop(Of("systemctl stop apache2"), "nginx"));
  EXPECT_FALSE(MayStop(Of("systemctl stop nginx caddy"), "cache-main"));
  EXPECT_TRUE(MayStop(Of("systemctl stop nginx"), "nginx"));
  EXPECT_TRUE(MayStop(Of("systemctl reload nginx"), "nginx"));
  EXPECT_TRUE(MayStop(Of("systemctl stop httpd"), "apache2")) << "they are the same";
  EXPECT_TRUE(MayStop(Of("systemctl stop varnish"), "varnishd"));
  EXPECT_TRUE(MayStop(Of("systemctl stop apache2"), "python3"));
  EXPECT_TRUE(MayStop(Of("systemctl stop apache2"), "")) << "who listens is not known";
  EXPECT_FALSE(MayStop(Of("exit 0"), "")) << "nobody is stopped";
  EXPECT_TRUE(MayStop(Of("nginx -s stop"), "apache2"));
  EXPECT_FALSE(MayStop(HookEffect(), "nginx"));
}

}  // namespace
}  // namespace certhealth
