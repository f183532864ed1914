#pragma once

#include <cstddef>

namespace bccid::net {

// The smallest rest that a chunked body can have: "0", CR LF, CR LF. Beast's parser must not be given less
// of one: before Boost 1.86 it asserts that a last chunk is there whole when it looks at it a second time,
// and a peer that sends "0", CR LF and then one byte would end the process (boostorg/beast pull request
// 2861).
inline constexpr std::size_t kChunkedRestBytesMin = 5;

}  // namespace bccid::net
