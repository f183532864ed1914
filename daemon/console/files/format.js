// Vietnamese figures and dates, the same in both languages: 1.234.567 ₫, 06/03/2026 00:04.

import { say } from "./texts.js";

const MINUS = "\u2212";
const zone = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit",
  hourCycle: "h23",
});

export function number(value) {
  const digits = String(Math.abs(value)).replace(/\B(?=(\d{3})+$)/g, ".");
  return (value < 0 ? MINUS : "") + digits;
}

export const money = (dong) => `${number(dong)}\u00A0₫`;
// With its sign in front, for differences.
export const signed = (dong) => (dong > 0 ? "+" : "") + money(dong);

// "2026-03-06" of the API.
export const day = (text) => text.split("-").reverse().join("/");

export function instant(text) {
  const part = Object.fromEntries(zone.formatToParts(new Date(text)).map((one) => [one.type, one.value]));
  return `${part.day}/${part.month}/${part.year} ${part.hour}:${part.minute}`;
}

export function age(hours) {
  if (hours < 48) return say("age.hours", { hours });
  return say("age.days", { days: Math.floor(hours / 24) });
}

// For searching: without marks, case and đ, as people type who have no Vietnamese keyboard.
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

// "35k" is 35 000, "1.234.567" what it says; null when it is no amount.
export function amount(text) {
  const bare = text.trim().toLowerCase().replace(/[\s.₫\u00A0]/g, "");
  if (!/^\d+k?$/.test(bare)) return null;
  return bare.endsWith("k") ? Number(bare.slice(0, -1)) * 1000 : Number(bare);
}
