// node second_opinion.mjs MODULES QUESTIONS ANSWERS: what independent packages make of the same amounts and
// payment codes. Answers only; the test that asked compares.

import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const [modules, questions, answers] = process.argv.slice(2);
const load = createRequire(`${modules}/`);
const { QRPay } = load("vietnam-qr-pay");
const { ReadingConfig, doReadNumber } = load("read-vietnamese-number");

const spelling = new ReadingConfig();
spelling.unit = ["đồng"];
spelling.oddText = "linh";
spelling.fourToneText = "bốn"; // both are heard: hai mươi bốn, hai mươi tư
spelling.units = spelling.units.map((unit) => unit.map((word) => (word === "tỉ" ? "tỷ" : word)));

const read = (code) => {
  const seen = new QRPay(code);
  return {
    valid: seen.isValid,
    bank_bin: seen.consumer.bankBin,
    account: seen.consumer.bankNumber,
    amount: seen.amount ?? "",
    bill: seen.additionalData.billNumber ?? "",
    purpose: seen.additionalData.purpose ?? "",
  };
};
const write = ({ bank_bin, account, amount, purpose }) =>
  QRPay.initVietQR({ bankBin: bank_bin, bankNumber: account, amount, purpose }).build();

const asked = JSON.parse(readFileSync(questions, "utf8"));
writeFileSync(answers, JSON.stringify({
  words: asked.amounts.map((amount) => doReadNumber(amount, spelling)),
  read: asked.codes.map(read),
  written: asked.payments.map(write),
}));
