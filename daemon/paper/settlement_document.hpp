#pragma once

#include "domain/recon/settlement.hpp"
#include "paper/document.hpp"

#include <string>

namespace bccid {

// Minutes of a settlement (biên bản đối soát) on A4, for both sides to sign: each kind's equation, the
// remittances of the period, what does not agree yet. `post` is the post's legal name.
Document settlement_document(const Settlement& settlement, const std::string& post);

// "doi-soat_H20.12_2026-03-01_2026-03-31.pdf".
std::string settlement_file_name(const Settlement& settlement);

}  // namespace bccid
