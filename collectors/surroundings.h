// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/base/mount_view.h"
#include "collectors/certificate_reader.h"
#include "collectors/socket_diag.h"

namespace certhealth {

/// What collectors need of the world. All that it refers to outlives them, and is thread-safe.
struct Surroundings {
  const FileSystem& files;
  const Clock& clock;
  CertificateReader& certificates;
  /// Lets time pass, so that something that is being changed can settle.
  std::function<void(std::chrono::milliseconds)> pause;
  /// Which listening IPv6 sockets leave IPv4 alone; without it, nothing tells.
  Ipv6OnlyLook ipv6_only = {};
  /// What a sandbox hides of the machine; without it, nothing.
  MountLook mounts = {};
  std::string time_zone = {};  // TimeZoneSettingFor(the root of `files`)
};

}  // namespace certhealth
