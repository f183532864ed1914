#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace bccid::test {

// A blocking TCP socket on 127.0.0.1; every wait ends after some seconds at the latest.
class RawSocket {
 public:
  explicit RawSocket(int fd) : fd_(fd) {}
  RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  RawSocket& operator=(RawSocket&&) = delete;
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  ~RawSocket();

  // From an address of 127.0.0.0/8. Throws std::runtime_error.
  static RawSocket connect(std::uint16_t port, const std::string& from = "127.0.0.1");

  // False when the peer had closed.
  bool send(std::string_view bytes) const;
  void finish_sending() const;
  // Closes with a reset instead of an orderly end.
  void reset();
  // Up to `size` bytes; empty at the end of the stream, on a reset, or after the time limit.
  std::string receive(std::size_t size = 65536) const;
  // Reads until the text is found or the stream ends.
  std::string receive_until(std::string_view text) const;
  // Everything up to the end of the stream.
  std::string receive_all() const;
  // One HTTP message with its Content-Length body.
  std::string receive_message() const;

 private:
  int fd_ = -1;
};

// Accepts connections on 127.0.0.1 and runs a script for each, one after the other, on its own thread.
class ScriptedPeer {
 public:
  using Script = std::function<void(RawSocket&, int connection)>;

  explicit ScriptedPeer(Script script);
  ~ScriptedPeer();
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  std::uint16_t port() const { return port_; }
  // Connections accepted so far; read it after the peer was stopped.
  int connections() const { return connections_; }
  void stop();

 private:
  int listening_ = -1;
  std::uint16_t port_ = 0;
  int connections_ = 0;
  std::thread thread_;
};

}  // namespace bccid::test
