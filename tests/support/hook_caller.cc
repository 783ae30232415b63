// SPDX-License-Identifier: Apache-2.0
#include "tests/support/hook_caller.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "collectors/base/file_descriptor.h"

namespace certhealth {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string ReadAll(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Ended RunProgram(const std::vector<std::string>& arguments, const Environment& environment) {
  std::vector<std::string> words = arguments;
  std::vector<std::string> assignments;
  assignments.reserve(environment.size());
  for (const auto& [name, value] : environment) {
    std::string assignment = name;
    assignments.push_back(assignment.append("=").append(value));
  }
  const std::vector<char*> argv = Pointers(words);
  const std::vector<char*> envp = Pointers(assignments);
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) {
    dup2(writing.get(), STDOUT_FILENO);
    dup2(writing.get(), STDERR_FILENO);
    execve(argv[0], argv.data(), envp.data());
    _exit(126);
  }
  writing = FileDescriptor();
  Ended ended;
  ended.output = ReadAll(reading.get());
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
  return ended;
}

HookCaller::HookCaller() {
  chmod(programs_.Write("date", "#!/bin/sh\necho \"$NOW\"\n").c_str(), 0755);
}

Ended HookCaller::Call(const std::string& path, Environment variables,
                       long long seconds_since_1970) const {
  variables.emplace_back("PATH", search_path());
  variables.emplace_back("NOW", std::to_string(seconds_since_1970));
  return RunProgram({"/bin/sh", "-c", path}, variables);
}

std::vector<std::vector<std::string>> ShellsHere() {
  std::set<std::string> programs;  // /bin/sh is one of the others
  for (const char* name : {"sh", "dash", "bash", "ksh", "mksh", "yash", "posh", "busybox"}) {
    for (const char* directory : {"/bin/", "/usr/bin/"}) {
      std::error_code error;
      const auto program = std::filesystem::canonical(std::string(directory) + name, error);
      if (!error) programs.insert(program.string());
    }
  }
  std::vector<std::vector<std::string>> shells;
  for (const std::string& program : programs) {
    shells.push_back({program});
    if (program.ends_with("/busybox")) shells.back().push_back("sh");
  }
  return shells;
}

}  // namespace certhealth
