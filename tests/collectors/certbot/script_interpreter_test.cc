// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/script_interpreter.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

TEST(ScriptInterpreter, TellsTheOneThatIsNotThere) {
  const TemporaryTree tree;
  tree.Write("bin/sh", "");
  const auto files = MakePosixFileSystem(tree.root());
  const auto missing = [&](const std::string& text) {
    tree.Write("script", text);
    return MissingInterpreter(*files, "/script");
  };
  EXPECT_EQ(missing("#!/bin/sh\n"), "");
  EXPECT_EQ(missing("#! /bin/sh -e\n"), "");
  EXPECT_EQ(missing("#!/usr/bin/python2 -u\n"), "/usr/bin/python2");
  EXPECT_EQ(missing("#!/bin/sh\r\n"), "/bin/sh\r") << "written by an editor of Windows";
  EXPECT_EQ(missing("#!/bin/none"), "/bin/none");
  EXPECT_EQ(missing("no script"), "");
  EXPECT_EQ(missing("#!/usr/bin/env sh\n"), "/usr/bin/env") << "it is not there either";
  tree.Write("usr/bin/env", "");
  EXPECT_EQ(missing("#!/usr/bin/env sh\n"), "") << "in one of the usual directories";
  EXPECT_EQ(missing("#!/usr/bin/env python2\n"), "/usr/bin/python2");
  EXPECT_EQ(missing("#!/usr/bin/env sh\r\n"), "/usr/bin/sh\r");
  EXPECT_EQ(missing("#!/usr/bin/env -S python2 -u\n"), "") << "env has its own ideas of that";
  EXPECT_EQ(missing("#!/usr/bin/env PATH=/opt python2\n"), "");
  EXPECT_EQ(missing("#!relative\n"), "") << "depends on the working directory";
  EXPECT_EQ(missing("#!/" + std::string(300, 'a') + "\n"), "") << "cut off by the kernel";
  EXPECT_EQ(MissingInterpreter(*files, "/gone"), "");
}

}  // namespace
}  // namespace certhealth
