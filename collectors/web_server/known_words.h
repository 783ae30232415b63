// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/web_server/conf_files.h"

namespace certhealth {

/// Whether the words of a configuration can be directives of the server that reads it: each that is
/// one stands in the file of its program, or of a module of it, as a string that a NUL ends. One
/// reading, one thread.
class KnownWords {
 public:
  enum class Capitals { kCount, kDoNotCount };

  explicit KnownWords(Capitals capitals) : capitals_(capitals) {}

  /// Takes what is there of `paths` for the program or a module: any of them may be the one that is
  /// run. Where there is none, or one is no ELF file or cannot be read, every word may be known.
  void AddProgram(ConfFiles& files, const std::vector<std::string>& paths);

  /// A word that stands where a directive must; `place` for a person.
  void Use(const std::string& word, std::string place);

  struct Unknown {
    std::string word;
    std::string place;
  };
  /// The first word used that none of the programs has; nothing where that is not certain. `sure`
  /// is a word that the server itself has: without it the file is not what it seems.
  std::optional<Unknown> FindUnknown(std::string_view sure) const;

 private:
  bool Has(std::string word) const;

  const Capitals capitals_;
  bool is_certain_ = true;
  std::vector<std::string> programs_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<Unknown> used_;  // in their order
};

}  // namespace certhealth
