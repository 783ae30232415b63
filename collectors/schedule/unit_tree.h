// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/failure.h"
#include "collectors/base/file_system.h"
#include "collectors/schedule/unit_file.h"

namespace certhealth {

enum class UnitState {
  kLoaded,
  kMasked,      // the first file found is a link to /dev/null, or empty
  kMissing,     // no file of that name, or a dangling link
  kUnreadable,  // there, but not to be read; among the failures too
};

/// A unit as systemd would put it together (systemd.unit(5)).
struct Unit {
  std::string name;
  UnitState state = UnitState::kMissing;
  std::string path;     // of the file that decides; empty when there is none
  std::string problem;  // for a person, unless loaded
  UnitFile file;        // drop-ins behind it; of a masked unit, what the mask hides
};

/// The unit files of a machine, read without systemd (systemd.unit(5), "UNIT FILE LOAD PATH"). One
/// look: directories are listed once, when it is made. Not thread-safe.
class UnitTree {
 public:
  explicit UnitTree(const FileSystem& files);

  /// Whether any directory of units is visible.
  bool visible() const { return visible_; }
  /// Names of the timers that exist or that something wants, sorted, templates left out.
  std::vector<std::string> Timers() const;
  /// Names of the services that the administrator wrote, and of all that are called after certbot.
  std::vector<std::string> OwnServices() const;
  /// `name` is a unit's full name, "certbot.timer".
  Unit Load(const std::string& name);
  /// The *.wants or *.requires entry through which a target that is reached at boot pulls `name`
  /// in.
  std::optional<std::string> EnabledBy(const std::string& name) const;
  /// The entry of a target that nothing reaches: `timer.target.wants`, a known slip of the pen.
  std::optional<std::string> WantedInVainBy(const std::string& name) const;
  /// What could not be looked at, so far.
  const std::vector<Failure>& failures() const { return failures_; }

 private:
  /// `unit` of the directory `dependent`.wants holds an entry: `dependent` pulls it in.
  struct Want {
    std::string dependent;
    std::string unit;
    std::string path;
  };

  const DirectoryEntry* Find(const std::string& directory, const std::string& name) const;
  void ReadWants(const std::string& directory, const std::string& entry);
  void ReadFile(const std::string& path, Unit& unit);
  void ReadDropIns(Unit& unit);
  void Note(const Failure& failure);
  void FindReachable();

  const FileSystem& files_;
  std::map<std::string, std::vector<DirectoryEntry>> directories_;
  std::vector<Want> wants_;
  std::map<std::string, std::string> enabled_by_;  // unit -> path of the entry
  std::vector<Failure> failures_;
  bool visible_ = false;
  int files_left_ = 2048;
};

}  // namespace certhealth
