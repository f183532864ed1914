#include "app/systemd_notify.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace bccid::app {
namespace {

// Plays systemd: a datagram socket whose path stands in the environment.
class SystemdNotify : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "bccid-notify-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory_ + "/s";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    ASSERT_EQ(::bind(socket_, generic, sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    ::close(socket_);
    std::filesystem::remove_all(directory_);
  }

  std::string heard() const {
    std::array<char, 1024> message{};
    const ssize_t size = ::recv(socket_, message.data(), message.size(), 0);
    return size < 0 ? "" : std::string(message.data(), static_cast<std::size_t>(size));
  }

  std::string directory_;
  int socket_ = -1;
};

TEST_F(SystemdNotify, TellsEachState) {
  notify_ready();
  EXPECT_EQ(heard(), "READY=1");
  notify_watchdog();
  EXPECT_EQ(heard(), "WATCHDOG=1");
  notify_stopping();
  EXPECT_EQ(heard(), "STOPPING=1");
  notify_reloading();
  EXPECT_EQ(heard().substr(0, 27), "RELOADING=1\nMONOTONIC_USEC=");
}

TEST_F(SystemdNotify, AStatusCannotForgeAState) {
  notify_status("draining\nREADY=1");
  EXPECT_EQ(heard(), "STATUS=draining?READY=1");
}

TEST_F(SystemdNotify, IsSilentOutsideSystemd) {
  ::unsetenv("NOTIFY_SOCKET");
  notify_ready();
  EXPECT_EQ(heard(), "");
}

TEST_F(SystemdNotify, PingsThreeTimesInAWatchdogPeriod) {
  EXPECT_FALSE(watchdog_interval());
  ::setenv("WATCHDOG_USEC", "9000000", 1);
  EXPECT_EQ(watchdog_interval(), std::optional<Duration>(std::chrono::seconds{3}));
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(watchdog_interval());
}

}  // namespace
}  // namespace bccid::app
