// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace certhealth::bench {

/// What one lineage is read from, in memory, and where it lies. For the layers of a look.
struct Material {
  std::string name;
  std::string live;  // absolute directories, with the tree's root
  std::string archive;
  std::string conf_path;
  std::string conf;
  std::string fullchain;
  std::string leaf_der;
};

/// Reads the material of every lineage of DIR/etc/letsencrypt, sorted by name.
std::vector<Material> ReadMaterial(const std::string& root);

/// One pass over all lineages for each layer of a cold look. What they return depends on
/// everything they did, so that nothing of it can be optimised away.
using Pass = std::size_t (*)(const std::vector<Material>&);

struct Layer {
  const char* name;
  Pass pass;
};

/// The layers of a cold look; together they are all that it cannot do without.
const std::vector<Layer>& Layers();

/// The way that comes to mind first: stat the four files, read fullchain and conf, parse all three
/// certificates with OpenSSL's default context, digest them, and take out dates, subject, issuer,
/// names and serial. The conf is not even understood.
std::size_t Straightforward(const std::vector<Material>& lineages);

/// The least that can notice a change: one stat of lineage directory, chain file and conf.
std::size_t Floor(const std::vector<Material>& lineages);

}  // namespace certhealth::bench
