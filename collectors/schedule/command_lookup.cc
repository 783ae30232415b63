// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/command_lookup.h"

#include <algorithm>
#include <array>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/schedule/text.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxScriptBytes = 262144;
constexpr std::uint64_t kMaxEnvironmentBytes = 65536;
constexpr std::size_t kMaxVariables = 256;
constexpr std::size_t kMaxScriptsPerCommand = 4;
constexpr const char* kSystemdPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Directories of packages' programs: what lies there is no script of the administrator's.
bool IsPackaged(std::string_view path) {
  for (const std::string_view directory :
       {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/snap/bin/"}) {
    if (path.starts_with(directory)) return true;
  }
  return false;
}

/// `NAME=value` as it stands in Environment= and in the files of EnvironmentFile=.
void AddVariable(std::string_view assignment, Environment& environment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0 || environment.size() >= kMaxVariables)
    return;
  std::string_view value = Trim(assignment.substr(equals + 1));
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  environment.emplace_back(Trim(assignment.substr(0, equals)), value);
}

void Append(CommandLookup more, CommandLookup& all) {
  all.calls.insert(all.calls.end(), std::make_move_iterator(more.calls.begin()),
                   std::make_move_iterator(more.calls.end()));
  all.random_delay = std::max(all.random_delay, more.random_delay);
  all.not_under_systemd |= more.not_under_systemd;
  all.missing_requirements.insert(all.missing_requirements.end(), more.missing_requirements.begin(),
                                  more.missing_requirements.end());
}

}  // namespace

CommandLookup CommandLooker::Look(std::string_view command_line, const CommandContext& context) {
  CertbotCalls calls = FindCertbotCalls(command_line, context.environment);
  const std::vector<ShellCommand> others = std::move(calls.others);
  CommandLookup lookup = Resolve(std::move(calls), context, {});
  if (!lookup.calls.empty()) return lookup;
  for (const ShellCommand& command : others) {
    for (const std::string& script : ScriptsOf(command, context)) {
      Append(LookIntoScript(script, context), lookup);
    }
    Append(LookIntoUnit(command), lookup);
  }
  return lookup;
}

CommandLookup CommandLooker::LookIntoScript(const std::string& path,
                                            const CommandContext& context) {
  const Result<FileStatus> status = files_.Status(path);
  if (!status) {
    if (status.error().reason == Reason::kPermissionDenied) Note(status.error());
    return {};
  }
  // Nothing that large, and no directory or device, is a script; binaries show by their NULs.
  if (status->kind != FileKind::kRegular || status->identity.size_bytes > kMaxScriptBytes)
    return {};
  if (scripts_left_-- <= 0) {
    if (scripts_left_ == -1)
      Note({Reason::kTooLarge, "too many scripts: " + path + " was not read"});
    return {};
  }
  const Result<FileContents> contents = files_.Read(path, kMaxScriptBytes);
  if (!contents) {
    Note(contents.error());
    return {};
  }
  if (!MentionsCertbot(contents->bytes) || contents->bytes.find('\0') != std::string::npos)
    return {};
  return Resolve(FindCertbotCallsInScript(ToValidUtf8(contents->bytes), context.environment),
                 context, ToValidUtf8(path));
}

CommandLookup CommandLooker::Resolve(CertbotCalls calls, const CommandContext& context,
                                     const std::string& script) {
  CommandLookup lookup;
  lookup.random_delay = calls.random_delay;
  lookup.not_under_systemd = calls.not_under_systemd;
  for (CertbotCommandLine& command : calls.commands) {
    Program program = Find(command.program, context);
    program.path = ToValidUtf8(program.path);
    lookup.calls.push_back({std::move(command), std::move(program), script});
  }
  for (const std::string& required : calls.required_programs) {
    Program program = Find(required, context);
    if (program.state != ProgramState::kExecutable) {
      lookup.missing_requirements.push_back(std::move(program));
    }
  }
  return lookup;
}

std::vector<std::string> CommandLooker::ScriptsOf(const ShellCommand& command,
                                                  const CommandContext& context) {
  std::vector<std::string> scripts;
  const std::size_t program = ProgramIndex(command);
  for (std::size_t i = program; i < std::min(command.size(), program + 6); ++i) {
    const std::string& word = command[i];
    if (word.starts_with('/') && !IsPackaged(word)) scripts.push_back(word);
    if (scripts.size() == kMaxScriptsPerCommand) break;
  }
  if (!scripts.empty() || program == command.size() ||
      command[program].find('/') != std::string::npos) {
    return scripts;
  }
  const Program& found = Find(command[program], context);
  if (found.state == ProgramState::kExecutable && !IsPackaged(found.path))
    scripts.push_back(found.path);
  return scripts;
}

CommandLookup CommandLooker::LookIntoUnit(const ShellCommand& command) {
  CommandLookup lookup;
  const std::size_t program = ProgramIndex(command);
  if (program == command.size() || BaseName(command[program]) != "systemctl") return lookup;
  bool starts = false;
  for (std::size_t i = program + 1; i < command.size() && lookup.calls.empty(); ++i) {
    const std::string& word = command[i];
    if (word == "start" || word == "restart") starts = true;
    if (!starts || word.starts_with('-') || word == "start" || word == "restart") continue;
    const Unit service = units_.Load(word.ends_with(".service") ? word : word + ".service");
    if (service.state != UnitState::kLoaded) continue;
    const CommandContext context = ContextOf(service);
    for (const std::string& line : CommandLines(service)) {
      Append(
          Resolve(FindCertbotCalls(line, context.environment), context, ToValidUtf8(service.path)),
          lookup);
    }
  }
  return lookup;
}

std::vector<std::string> CommandLooker::CommandLines(const Unit& service) const {
  std::vector<std::string> lines;
  for (const char* key : {"ExecStartPre", "ExecStart", "ExecStartPost"}) {
    for (const std::string& value : service.file.List("Service", key)) {
      std::string_view line = value;
      line.remove_prefix(std::min(line.find_first_not_of("@-:+!|"), line.size()));
      lines.emplace_back(line);
    }
  }
  return lines;
}

CommandContext CommandLooker::ContextOf(const Unit& service) {
  CommandContext context{{}, kSystemdPath, PathOrigin::kStated};
  for (const std::string& line : service.file.List("Service", "Environment")) {
    const std::vector<ShellCommand> words = SplitShellText(line);
    if (words.empty()) continue;
    for (const std::string& word : words.front()) AddVariable(word, context.environment);
  }
  for (const std::string& value : service.file.List("Service", "EnvironmentFile")) {
    const std::string path = value.starts_with('-') ? value.substr(1) : value;
    const Result<FileContents> contents = files_.Read(path, kMaxEnvironmentBytes);
    if (!contents) continue;
    for (const std::string_view line : SplitLines(contents->bytes)) {
      if (!Trim(line).starts_with('#')) AddVariable(line, context.environment);
    }
  }
  return context;
}

const Program& CommandLooker::Find(const std::string& name, const CommandContext& context) {
  const bool stated = context.path_origin == PathOrigin::kStated;
  const std::string key = (stated ? "=" : "~") + context.search_path + '\n' + name;
  const auto known = programs_.find(key);
  if (known != programs_.end()) return known->second;
  return programs_
      .emplace(key, FindProgram(files_, host_, name, context.search_path, context.path_origin))
      .first->second;
}

void CommandLooker::Note(const Failure& failure) {
  if (failures_.size() < 64) failures_.push_back({failure.reason, ToValidUtf8(failure.detail)});
}

}  // namespace certhealth
