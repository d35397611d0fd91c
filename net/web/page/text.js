// Every text of the page, and how amounts and times are told. To translate it, this file is enough:
// change `language` and the texts; {names} are filled in.

export const language = "en";

const texts = {
  // the frame
  skip: "Skip to the content",
  navigation: "Main",
  book: "Book",
  mine: "My reservations",
  desk: "Desk",
  close: "Close",
  logIn: "Log in",
  logOut: "Log out",
  loggedInAs: "Logged in as {name}",
  linkDown: "The connection is lost. Trying again…",
  linkBack: "Back again after {seconds} s away. Everything shown is up to date.",
  away: "The server cannot be reached. Try again in a moment.",
  more: "Show more",
  nothingHere: "There is nothing here.",
  // offerings
  offerings: "What would you like?",
  event: "Seats",
  coach: "Coach seats",
  legs: "Trips",
  nights: "Rooms",
  slots: "Tables",
  findOffering: "Find by name",
  closed: "not on sale at present",
  cut: "Not all of it is shown here: the rest is found for you, or at the desk.",
  noOffering: "There is no offering {name}.",
  // seats
  stage: "Stage",
  driver: "Driver",
  seatsOf: "Seats of {name}",
  row: "Row {row}",
  seatName: "{label}, {type}, {price}, {state}",
  chosen: "chosen by you",
  free: "free",
  held: "held",
  booked: "booked",
  blocked: "not for sale",
  from: "From",
  to: "To",
  legend: "Signs",
  keys: "Arrow keys move, space or enter chooses.",
  findFor: "Find seats beside each other",
  how: "How many",
  kind: "Kind",
  find: "Find",
  freeCount: "{count} free",
  trip: "Your trip",
  // rooms
  roomType: "Kind of room",
  perNight: "{price} a night",
  previous: "Previous month",
  next: "Next month",
  nightName: "{day}, {free} of {all} free",
  nightSold: "{day}, sold out",
  nightPast: "{day}, past",
  left: "{count} left",
  full: "full",
  chooseArrival: "Choose the day of arrival.",
  chooseDeparture: "Now choose the day of departure.",
  stay: "{from} to {to}",
  nightCount_one: "1 night",
  nightCount: "{count} nights",
  add: "Add to basket",
  notFree: "Not free for all of these nights.",
  rooms: "{count} × {type}",
  // tables
  day: "Day",
  dayBefore: "Day before",
  dayAfter: "Day after",
  table: "Table",
  at: "At",
  lasts: "For",
  hours: "{hours} h",
  minutes: "{minutes} min",
  busy: "taken {times}",
  freeAllDay: "free all day",
  tableTaken: "Not free at this time.",
  tableFree: "Free at this time.",
  tablePast: "This time is past.",
  tapLine: "Press on a line to choose a time.",
  // basket
  basket: "Basket",
  basketEmpty: "Nothing chosen yet. What you choose, of any offerings, is taken together or not at all.",
  remove: "Remove {what}",
  total: "Total",
  holdName: "Name on the ticket",
  optional: "if it is another than yours",
  hold: "Hold all of it",
  holdHint: "Held for {minutes} min. You pay afterwards.",
  toBasket: "{count} in the basket, {total}",
  lost: "{what} of {offering} was taken by somebody else just now. It has left your basket.",
 
  // logging in
  whoTitle: "Who is booking?",
  whoHint: "With an account your reservations can be found again.",
  newHere: "I am new here",
  known: "I have an account",
  name: "Name",
  password: "Password",
  create: "Create account and go on",
  goOn: "Log in and go on",
  cancelDialog: "Not now",
  // a reservation
  reservation: "Reservation {locator}",
  status_held: "Held for you",
  status_confirmed: "Confirmed",
  status_checked_in: "Checked in",
  status_completed: "Completed",
  status_cancelled: "Cancelled",
  status_expired: "Expired",
  status_no_show: "Not taken up",
  timeLeft: "Time left",
  minutesLeft: "{minutes} min left",
  ranOut: "The time has run out. Nothing is held for you any more.",
  extend: "Give me more time",
  extendedOnce: "More time was given once.",
  release: "Give it back",
  released: "Given back.",
  revive: "Hold the same again",
  pay: "Pay {total}",
  payTitle: "Payment",
  cardLabel: "Card",
  payHint: "This is a demonstration: no money moves.",
  card: "A card that is accepted",
  declinedCard: "A card that is declined",
  confirm: "Confirm",
  payLater: "Confirm, pay on arrival",
  declined: "The payment was declined. Nothing was charged, and your units are still held. Try another card.",
  paid: "Paid {paid}",
  due: "{due} is due",
  refundDue: "{refund} is refunded",
  free0: "Free of charge",
  items: "What it is of",
  cancelChosen: "Cancel what is marked",
  cancelAll: "Cancel all",
  mark: "Mark {what}",
  cancelled: "cancelled",
  markFirst: "Mark first what to cancel.",
  sureCancel: "Really cancel {what}?",
  yesCancel: "Yes, cancel",
  no: "No, keep it",
  everything: "the whole reservation",
  checkIn: "Check in",
  checkOut: "Check out",
  bill: "Bill on checking out now",
  billTotal: "To be paid in all",
  billPaid: "Paid",
  billRefund: "Refunded",
  billDue: "Still due",
  sureCheckOut: "Check out now",
  done: "Done.",
  // the ticket
  ticket: "Ticket",
  print: "Print",
  locator: "Locator",
  holder: "Name",
  receipt: "Receipt",
  serial: "No.",
  what: "What",
  when: "When",
  price: "Price",
  code: "Code with locator {locator} and receipt",
  // my reservations
  mineNone: "You have no reservations yet.",
  mineLogIn: "Log in to see your reservations.",
  open: "Open",
  // the desk
  arrivals: "Arrivals",
  departures: "Departures",
  none: "None.",
  guest: "Guest",
  status: "Status",
  actions: "Do",
  search: "Find a reservation",
  searchFor: "Name, account or locator",
  found: "Found",
  blocks: "Out of sale",
  offering: "Offering",
  units: "Units",
  unitsHint: "with blanks between, as 201 202",
  reason: "Reason",
  until: "Until",
  fromDay: "From",
  stopFrom: "From stop",
  stopTo: "To stop",
  block: "Take out of sale",
  unblock: "Sell again",
  managersBlock: "Managers can take units out of sale.",
  deskOnly: "The desk is for staff. Log in as an agent.",
  today: "Today",
  unblocked: "On sale again.",
  blockedNow: "Out of sale now.",
  always: "all of it",
};

export function t(key, values = {}) {
  const text = (values.count === 1 && texts[`${key}_one`]) || texts[key];
  if (text === undefined) throw new Error(`there is no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// What a refusal says to a person; the server's own words where these are not better.
const refusals = {
  TAKEN: ({ unit, offering }) => `${unit ?? "One"} of ${title(offering ?? "this")} has just been taken.`,
  SOLDOUT: () => "There are not so many left.",
  NOTTOGETHER: () => "There are not so many beside each other.",
  PRICECHANGED: () => "The price has changed meanwhile. Look at the basket again.",
  DENIED: ({ message }) => `Not allowed: ${message}.`,
  CLOSED: ({ offering }) => `${title(offering ?? "This")} is not on sale.`,
  DRAINING: () => "Sales are stopped for a moment.",
  READONLY: () => "Nothing can be sold at the moment.",
  AWAY: ({ message }) => message,
};
export const tell = (facts) => refusals[facts.code]?.(facts) ?? sentence(facts.message);

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;
export const title = (name) => name[0].toUpperCase() + name.slice(1).replaceAll("_", " ");
export const typeName = (type) => type.replaceAll("_", " ").replace(/ bed$/, "");

const currencies = new Map();
export function money(minor, currency) {
  if (!currencies.has(currency)) {
    currencies.set(currency, new Intl.NumberFormat(language, { style: "currency", currency }));
  }
  const format = currencies.get(currency);
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

// Days and times are the venue's: nothing is shifted to where the reader is.
const venue = (options) => new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options });
const dayFormat = venue({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const shortFormat = venue({ day: "numeric", month: "short" });
const monthFormat = venue({ month: "long", year: "numeric" });
const longFormat = venue({ weekday: "long", day: "numeric", month: "long" });
const weekdayFormat = venue({ weekday: "short" });
const of = (day) => new Date(day * 86400000);
export const dayText = (day) => dayFormat.format(of(day));
export const shortDay = (day) => shortFormat.format(of(day));
export const longDay = (day) => longFormat.format(of(day));
export const monthText = (day) => monthFormat.format(of(day));
export const weekday = (day) => weekdayFormat.format(of(day));
// Of a minute since 1970 in the venue's time, "19:00"; a day ends at 24:00.
export const clock = (minute, until) => {
  const of = ((minute % 1440) + 1440) % 1440 || (until ? 1440 : 0);
  return `${String(Math.floor(of / 60)).padStart(2, "0")}:${String(of % 60).padStart(2, "0")}`;
};

export function spanName(stock, span) {
  const { axis } = stock;
  if (axis === "legs") return `${stock.stops[span.from]} – ${stock.stops[span.to]}`;
  if (axis === "nights") return t("stay", { from: shortDay(span.from), to: dayText(span.to) });
  if (axis === "slots") {
    return `${dayText(Math.floor(span.from / 1440))}, ${clock(span.from)}–${clock(span.to, true)}`;
  }
  return "";
}

// Of an item as the server tells it.
export function itemWhen(item) {
  if (item.legs) return item.legs.replace("-", " – ");
  if (item.nights) {
    const [from, to] = item.nights.split("..").map((date) => Date.parse(`${date}T00:00Z`) / 86400000);
    return t("stay", { from: shortDay(from), to: to ? dayText(to) : "…" });
  }
  if (item.at) {
    const [from, to] = item.at.split("/");
    return `${dayText(Date.parse(`${from.slice(0, 10)}T00:00Z`) / 86400000)}, ${from.slice(11)}–${to.slice(-5)}`;
  }
  return "";
}
export const itemName = (item) => `${title(item.offering)} ${item.unit}`;
