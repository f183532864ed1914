#pragma once

#include "domain/payment/payment_slip.hpp"
#include "paper/document.hpp"

#include <string>

namespace bccid {

// What a payer holds before he pays (thông báo thu phí, lệ phí): for each account the lines, the sum, a code
// that banking apps read, and all that is in it in words. It is no receipt, and says so.
Document payment_slip_document(const PaymentSlip& slip);

// "thanh-toan-H20.01-260302-0001-T1.pdf".
std::string payment_slip_file_name(const PaymentSlip& slip);

}  // namespace bccid
