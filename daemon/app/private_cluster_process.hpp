#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace bccid::app {

// Whom the server runs as: ourselves, or when we are root the user postgres (else nobody), as PostgreSQL
// demands.
struct ServerUser {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
  bool change = false;  // we are root and must become this user
};

// Errors: config when we are root and there is no such user.
Result<ServerUser> server_user();

struct ChildOptions {
  std::vector<std::string> command;  // program and arguments
  std::filesystem::path log;         // standard output and error are appended here
  std::string input;                 // standard input
  bool ends_with_us = false;         // SIGINT (PostgreSQL's fast shutdown) when the starting thread ends
};

// Starts a program as `user` in a session of its own, so that a Ctrl-C at the terminal reaches us alone.
// Errors: unavailable.
Result<pid_t> start_child(const ServerUser& user, const ChildOptions& options);

// Whether the process still runs; reaps it when it is a child of ours that ended.
bool child_runs(pid_t pid);

// Starts, waits, and wants exit code 0. Errors: unavailable, with the end of the log.
Status run_child(const ServerUser& user, const ChildOptions& options);

// Whether a server listens on this Unix socket and gives the first byte of PostgreSQL's protocol: a lock file
// that says "ready" may be of a process that was killed a moment ago.
bool server_answers(const std::filesystem::path& socket);

// The last lines of a log, for an error text.
std::string log_tail(const std::filesystem::path& log);

// Makes the directory (mode 0700, owned by `user`) if it is missing, and what is missing above it. Errors:
// config when that is impossible or the user cannot get there.
Status make_user_directory(const ServerUser& user, const std::filesystem::path& directory);

}  // namespace bccid::app
