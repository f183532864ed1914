#pragma once

#include <cstdint>
#include <string>

namespace bccid::http {

// Who may do what. One bit each, so that a route names its roles as a set.
enum class Role : std::uint16_t {
  post_clerk = 1U << 0,
  courier = 1U << 1,
  agency_system = 1U << 2,
  agency_officer = 1U << 3,
  finance = 1U << 4,
  auditor = 1U << 5,
  admin = 1U << 6,
  service = 1U << 7,
};

// The roles of a route. Empty by default: a route that names nobody serves nobody.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(Role role)
      : bits_(static_cast<std::uint16_t>(role)) {}  // NOLINT(google-explicit-constructor)

  // Served without asking who calls (the token endpoint, health).
  static constexpr RoleSet anyone() { return RoleSet(kAnyoneBit); }
  // Every role, but somebody.
  static constexpr RoleSet signed_in() { return RoleSet(0xFF); }

  constexpr bool is_open() const { return (bits_ & kAnyoneBit) != 0; }
  constexpr bool allows(Role role) const { return (bits_ & static_cast<std::uint16_t>(role)) != 0; }
  constexpr std::uint16_t bits() const { return bits_; }
  constexpr RoleSet operator|(RoleSet other) const {
    return RoleSet(static_cast<std::uint16_t>(bits_ | other.bits_));
  }
  constexpr bool operator==(const RoleSet&) const = default;

 private:
  static constexpr std::uint16_t kAnyoneBit = 1U << 15;
  constexpr explicit RoleSet(std::uint16_t bits) : bits_(bits) {}

  std::uint16_t bits_ = 0;
};

constexpr RoleSet operator|(Role left, Role right) { return RoleSet(left) | RoleSet(right); }

enum class PrincipalKind : std::uint8_t { agency_system, staff, service };

// Who calls, as the token says; never taken from the body.
struct Principal {
  PrincipalKind kind = PrincipalKind::staff;
  std::string id;
  Role role = Role::post_clerk;
  std::string agency_id;  // empty for people of the post
  std::string office;     // empty for agencies
};

}  // namespace bccid::http
