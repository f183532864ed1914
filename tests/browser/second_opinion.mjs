// node second_opinion.mjs MODULES QUESTIONS ANSWERS: what independent packages make of the same amounts and
// payment codes. Answers only; the test that asked compares.

import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const [modules, questions, answers] = process.argv.slice(2);
const load = createRequire(`${modules}/`);
const { QRPay } = load("vietnam-qr-pay");
const { ReadingConfig, doReadNumber } = load("read-vietnamese-number");
const seen = load("jsqr");

const spelling = new ReadingConfig();
spelling.unit = ["đồng"];
spelling.oddText = "linh";
spelling.fourToneText = "bốn"; // both are heard: hai mươi bốn, hai mươi tư
spelling.units = spelling.units.map((unit) => unit.map((word) => (word === "tỉ" ? "tỷ" : word)));

const read = (code) => {
  const told = new QRPay(code);
  return {
    valid: told.isValid,
    bank_bin: told.consumer.bankBin,
    account: told.consumer.bankNumber,
    amount: told.amount ?? "",
    bill: told.additionalData.billNumber ?? "",
    purpose: told.additionalData.purpose ?? "",
  };
};
const write = ({ bank_bin, account, amount, purpose }) =>
  QRPay.initVietQR({ bankBin: bank_bin, bankNumber: account, amount, purpose }).build();

// What a camera sees of a grey picture (a PGM file as pdftoppm writes it): the text of its code, or null.
const look = (file) => {
  const bytes = readFileSync(file);
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 64).toString("latin1"));
  const [width, height] = [Number(head[1]), Number(head[2])];
  const points = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < width * height; at += 1) points.fill(bytes[head[0].length + at], at * 4, at * 4 + 4);
  return seen(points, width, height)?.data ?? null;
};

const asked = JSON.parse(readFileSync(questions, "utf8"));
writeFileSync(answers, JSON.stringify({
  words: asked.amounts.map((amount) => doReadNumber(amount, spelling)),
  read: asked.codes.map(read),
  written: asked.payments.map(write),
  pictures: (asked.pictures ?? []).map(look),
}));
