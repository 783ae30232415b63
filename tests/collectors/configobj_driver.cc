// SPDX-License-Identifier: Apache-2.0
// Reads files from standard input, each as "LENGTH\n" and so many bytes, and writes for each what
// our ConfigObj makes of it as one line of JSON. configobj_differential.py compares.
#include <cstddef>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "collectors/configobj.h"

namespace certhealth {
namespace {

using Json = nlohmann::json;

Json ToJson(const ConfigObjValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::get<std::vector<std::string>>(value);
}

Json ToJson(const ConfigObjSection& section, const ConfigObj& file) {
  Json members = Json::array();
  for (const ConfigObjScalar& scalar : section.scalars()) {
    const Result<ConfigObjValue> value = ConfigObjReader(file).Read(section, scalar);
    members.push_back({scalar.key, scalar.line, ToJson(scalar.value),
                       value ? ToJson(*value) : Json{{"fails", value.error().detail}}});
  }
  for (const ConfigObjSection* child : section.sections()) {
    members.push_back({child->name(), child->line(), ToJson(*child, file)});
  }
  return members;
}

Json Answer(const std::string& text) {
  const Result<ConfigObj> file = ParseConfigObj(text, "file");
  if (!file) return {{"failure", file.error().detail}};
  return {{"members", ToJson(file->root(), *file)}};
}

}  // namespace
}  // namespace certhealth

int main() {
  std::string length;
  while (std::getline(std::cin, length)) {
    std::string text(std::stoul(length), '\0');
    std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
    std::cout << certhealth::Answer(text).dump() << '\n';
  }
}
