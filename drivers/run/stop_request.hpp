#pragma once

namespace nmc::drivers {

/// Turns SIGTERM and SIGINT into a request to stop at the next checkpoint for as long as it lives.
/// A second signal ends the program at once. One within the life of another asks for the same end.
class StopRequest {
 public:
  StopRequest();
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;
  /// Whether this process was asked to stop; other ranks must be asked through core/parallel.
  [[nodiscard]] bool is_set() const;
};

}  // namespace nmc::drivers
