#include "base/embedded.hpp"
#include "http/handlers/handlers.hpp"

namespace bccid::http {

// The contract that this very binary keeps, from the binary itself.
Answer get_contract(Api&, const Request&) {
  co_return Response(200, "application/yaml", std::string(embedded_file("api/openapi.yaml")));
}

Answer get_event_schema(Api&, const Request&) {
  co_return Response(200, "application/schema+json", std::string(embedded_file("events/parcel.schema.json")));
}

Answer get_test_event_schema(Api&, const Request&) {
  co_return Response(200, "application/schema+json", std::string(embedded_file("events/test.schema.json")));
}

}  // namespace bccid::http
