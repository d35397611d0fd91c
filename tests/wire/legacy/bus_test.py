#!/usr/bin/env python3
"""The bus: every request and reply to the byte, odd input, and clients in the old style.

usage: bus_test.py HOLDFASTD
"""

import random
import re
import time

import holdfastd

INVALID_ACTION = (
    "\n\nInvalid action. Please choose 'display', 'book <seat_number>', or 'exit'.\n\n"
)
INVALID_INPUT = "Invalid input. Please enter a valid seat number."
NOTHING_TO_PAY = "\n\nPayment failed: you have not booked a seat that is to be paid.\n\n"
FAREWELL = "Thank you for travelling with us. Goodbye!\n\n"
# The least that the configuration takes: tests need not wait as long as people do.
PACE = "bus.pace = 20ms\n"


def invalid_seat(units=40):
    return f"Invalid seat number. Please choose a seat between 1 and {units}."


def taken(seat):
    return f"\n\nSeat {seat} is already booked. Please choose another seat.\n\n"


def head_map(booked=()):
    cells = [" X  " if n in booked else f" {n:02} " for n in range(1, 41)]
    rows = [cells[i:i + 4] for i in range(0, 40, 4)]
    return "\nSeat Matrix:\n\n| D  |\n\n" + "".join(
        f"|{a}||{b}| |{c}||{d}|\n" for a, b, c, d in rows)


def ticket(seat, price="200.00", transaction=None):
    """A pattern: serials and transactions are the server's."""
    rule = r"\+-{34}\+\n"
    lines = [("Serial number:", r"\d+"), ("Seat number:", str(seat)), ("Price:", f"₹{price}")]
    if transaction:
        lines.append(("Transaction:", r"[0-9A-F]{16}"))
    body = "".join(rf"\| {name:<15}{value} *\|\n" for name, value in lines)
    return rule + r"\| BUS TICKET {23}\|\n" + rule + body + rule


def booked(seat, price="200.00"):
    return re.compile(
        rf"Congratulations! Seat {seat} booked successfully\.\n\n{ticket(seat, price)}")


class BusClient:
    """The client as it was: send, recv(1024) for the price, recv(1024) for the reply. Where it would
    have found both in the first and waited for ever for the second, this one counts that and parts
    them: on a machine that lets it sleep through the pace, nobody can keep them apart."""

    def __init__(self, server):
        self.client = server.client("bus")
        self.together = 0

    def ask(self, message):
        self.client.send(message if isinstance(message, bytes) else message.encode())
        return self.receive()

    def receive(self):
        first = self.client.receive()
        price = re.match(rb"[\d.]*", first)[0]
        if price == first:
            return price.decode(), self.client.receive().decode()
        self.together += 1
        reply = first[len(price):]
        if len(first) == 1024:
            reply += self.client.receive()
        return price.decode(), reply.decode()

    def close(self):
        self.client.close()


class BusTest(holdfastd.ServerTest):
    def bus(self, options=""):
        return self.serve("bus", options=PACE + options)

    def connect(self, server):
        client = BusClient(server)
        self.addCleanup(client.close)
        return client

    def check(self, answer, expected, message=""):
        price, reply = answer
        self.assertRegex(price, r"\A\d+(\.\d+)?\Z", message)
        self.assertNotRegex(reply, r"\A[\d.]", message)
        self.assertLessEqual(len(reply.encode()), 1024, message)
        if isinstance(expected, re.Pattern):
            self.assertRegex(reply, expected, message)
            self.assertTrue(expected.fullmatch(reply), message)
        else:
            self.assertEqual(reply, expected, message)

    def check_table(self, client, table):
        for message, expected in table:
            self.check(client.ask(message), expected, repr(message))

    # ---- requests and replies

    def test_every_request_has_its_reply(self):
        server = self.bus()
        client = self.connect(server)
        self.assertEqual(len(head_map().encode()), 283)
        self.check_table(client, [
            ("display", head_map()),
            ("book 7", booked(7)),
            ("book 7", taken(7)),
            ("book 007", taken(7)),
            ("display", head_map({7})),
            ("book １０", booked(10)),  # fullwidth digits
            ("book 0_9", booked(9)),
            ("book +12", booked(12)),
            ("book 3 4", booked(3)),
            ("book 14 book 15", booked(14)),
            ("booking 5", booked(5)),
            ("bookxyz 6", booked(6)),
            ("book 11\n", booked(11)),
            ("book 13\r\n", booked(13)),
            ("book \t16", booked(16)),
            ("book ", INVALID_INPUT),
            ("book", INVALID_INPUT),
            ("book\t17", INVALID_INPUT),
            ("book  17", INVALID_INPUT),
            ("book 2.5", INVALID_INPUT),
            ("book 1e1", INVALID_INPUT),
            ("book 0x0b", INVALID_INPUT),
            ("book seven", INVALID_INPUT),
            ("book 1__7", INVALID_INPUT),
            ("book 17\0", INVALID_INPUT),
            ("bookish", INVALID_INPUT),
            ("book 0", invalid_seat()),
            ("book -1", invalid_seat()),
            ("book 41", invalid_seat()),
            ("book " + "9" * 1000, invalid_seat()),
            ("display\n", head_map({3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 16})),
            ("DISPLAY", INVALID_ACTION),
            (" display", INVALID_ACTION),
            ("display ", INVALID_ACTION),
            ("displaydisplay", INVALID_ACTION),
            ("\0", INVALID_ACTION),
            ("\n", INVALID_ACTION),
            ("Book 17", INVALID_ACTION),
            ("login", INVALID_ACTION),
            ("register", INVALID_ACTION),
            ("EXIT", INVALID_ACTION),
        ])
        self.check(client.ask(b"\xff\xfe"), INVALID_ACTION)
        self.check(client.ask(b"book 17 \xff"), INVALID_ACTION)
        price, reply = client.ask("exit")
        self.assertEqual((price, reply), ("200", "\n\n" + FAREWELL))
        self.assertNotIn("booked successfully", reply)
        self.assertEqual(client.client.receive(), b"")

    def test_mid_prints_a_line_and_a_map_without_an_aisle(self):
        client = self.connect(self.bus("bus.dialect = mid\n"))
        seats = [f"| {n:02} |" for n in range(1, 41)]
        compact = "Seat Matrix:\n" + "".join(
            "".join(seats[i:i + 4]) + "\n" for i in range(0, 40, 4))
        self.check_table(client, [
            ("display", compact),
            ("book 7", "\n\nAmount taken: ₹200.00\nSeat 7 booked successfully.\n\n"),
            ("book 7", taken(7)),
            ("display", compact.replace(" 07 ", " X  ")),
            ("book x", INVALID_INPUT),
            ("book 41", invalid_seat()),
            ("nothing", INVALID_ACTION),
            ("exit", FAREWELL),
        ])

    def test_old_says_no_price(self):
        server = self.serve("bus", options="bus.dialect = old\n")
        client = server.client("bus")
        self.addCleanup(client.close)
        lines = ["Seat Matrix:\n"] + [f"Seat {n}: Available\n" for n in range(1, 41)]
        table = [
            ("display", "".join(lines)),
            ("book 7", "\n\nSeat 7 booked successfully.\n\n"),
            ("book 7", taken(7)),
            ("display", "".join(lines).replace("Seat 7: Available", "Seat 7: Booked")),
            ("book x", INVALID_INPUT),
            ("book 41", invalid_seat()),
            ("nothing", INVALID_ACTION),
            ("exit", FAREWELL),
        ]
        for message, expected in table:
            client.send(message.encode())
            self.assertEqual(client.receive().decode(), expected, message)
        self.assertEqual(client.receive(), b"")

    def test_texts_follow_the_plan(self):
        server = self.bus("bus.offering = gala\n")  # 600 seats, which no map of 1024 bytes shows
        client = self.connect(server)
        self.check(client.ask("book 601"), invalid_seat(600))
        price, reply = client.ask("display")
        self.assertEqual(reply.count("\n"), 5 + 152 // 4)
        self.assertTrue(reply.endswith("|149 ||150 | |151 ||152 |\n"))
        self.assertLessEqual(len(reply), 1024)

    def test_an_offering_that_is_not_there_is_answered_all_the_same(self):
        client = self.connect(self.bus("bus.offering = nosuch\n"))
        not_now = "\n\nSorry, this is not possible at the moment. Please try again later.\n\n"
        self.check_table(client, [("display", not_now), ("book 1", not_now),
                                  ("x", INVALID_ACTION), ("exit", "\n\n" + FAREWELL)])

    def test_the_departure_of_the_day_is_put_on_sale_by_itself(self):
        server = self.bus("bus.offering = bookbus-{date}\n")
        client = self.connect(server)
        self.check_table(client, [("display", head_map()), ("book 7", booked(7)),
                                  ("book 7", taken(7)), ("display", head_map({7}))])
        self.assertEqual(client.ask("x")[0], "200")
        with server.client("native") as native:
            native.send(b"MAP bookbus\nMAP bookbus-{date}\nQUIT\n")
            text = native.receive_until_closed().decode()
        self.assertRegex(text, r"offering=bookbus axis=event state=open units=40 free=40")
        self.assertRegex(text, r"offering=bookbus-\d{4}-\d\d-\d\d axis=event .* booked=1")

    # ---- price

    def test_the_price_follows_the_clients(self):
        server = self.bus()
        clients = [self.connect(server) for _ in range(29)]
        self.assertEqual(clients[0].ask("display")[0], "490.0")
        for client in clients[3:]:
            client.close()
        self.wait_for_clients(server, 3)
        self.assertEqual(clients[0].ask("x")[0], "230.0")
        self.check(clients[0].ask("book 1"), booked(1, "230.00"))
        clients[2].close()
        self.wait_for_clients(server, 2)
        self.assertEqual(clients[0].ask("x")[0], "200")

    def wait_for_clients(self, server, count):
        """Until the server has noticed who is gone; the one that asks counts as well."""
        deadline = time.monotonic() + holdfastd.PATIENCE
        while f"clients={count + 1} " not in server.ask("OFFERING SHOW bookbus"):
            self.assertLess(time.monotonic(), deadline)

    # ---- paying and accounts

    def test_payment_pays_what_this_connection_has_booked(self):
        server = self.bus()
        client = self.connect(server)
        self.check(client.ask("dummy_payment"), NOTHING_TO_PAY)
        client.ask("book 7")
        client.ask("book 8")
        self.check(self.connect(server).ask("dummy_payment"), NOTHING_TO_PAY)
        self.check(client.ask("dummy_payment"), re.compile(
            "Payment successful\\.\n\n" + ticket(7, transaction=True)
            + ticket(8, transaction=True)))
        self.check(client.ask("dummy_payment"), NOTHING_TO_PAY)

    def test_more_tickets_than_fit_are_named(self):
        client = self.connect(self.bus())
        for seat in range(1, 41):
            self.check(client.ask(f"book {seat}"), booked(seat))
        price, reply = client.ask("dummy_payment")
        self.check((price, reply), re.compile(
            "Payment successful\\.\n\n" + "".join(ticket(n, transaction=True) for n in (1, 2))
            + "Also paid: seats " + ", ".join(str(n) for n in range(3, 41)) + "\\.\n"))

    def test_a_declined_payment_is_told_and_may_be_tried_again(self):
        server = self.bus("payment.decline_amounts = 20000\n")
        client = self.connect(server)
        self.check(client.ask("book 7"), booked(7))
        declined = "\n\nPayment failed for seat 7: it was declined.\n\n"
        self.check_table(client, [("dummy_payment", declined), ("dummy_payment", declined)])
        self.assertIn("booked=1", server_map(server))

    def test_a_seat_may_be_held_until_it_is_paid(self):
        server = self.bus("bus.require_payment = yes\nbus.hold = 5m\n")
        client = self.connect(server)
        self.check(client.ask("book 7"), re.compile(
            r"\n\nSeat 7 is held for you until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\. "
            r"Price: ₹200\.00\.\nSend 'dummy_payment' before then to book it\.\n\n"))
        self.check(self.connect(server).ask("book 7"), taken(7))
        self.assertIn("held=1", server_map(server))
        self.check(client.ask("dummy_payment"), re.compile(
            "Payment successful\\.\n\n" + ticket(7, transaction=True)))
        self.assertIn("booked=1", server_map(server))

    def test_a_hold_ends_by_itself(self):
        server = self.bus("bus.require_payment = yes\nbus.hold = 1s\n")
        first = self.connect(server)
        first.ask("book 7")
        second = self.connect(server)
        deadline = time.monotonic() + holdfastd.PATIENCE
        while second.ask("book 7")[1] == taken(7):
            self.assertLess(time.monotonic(), deadline)
        self.check(first.ask("dummy_payment"),
                   "\n\nPayment failed for seat 7: it is no longer free.\n\n")

    def test_accounts_own_what_they_book(self):
        server = self.bus()
        client = self.connect(server)
        welcome = "\n\nWelcome, ann smith. You are logged in.\n\n"
        wrong = "\n\nInvalid username or password.\n\n"
        self.check_table(client, [
            ("login ann smith pw", wrong),
            ("register ann smith pw", welcome),
            ("register ann smith other",
             "\n\nThe name ann smith is taken. Please choose another one.\n\n"),
            ("book 7", booked(7)),
            ("login ben pw",
             "\n\nPlease pay for the seats you have booked with 'dummy_payment' first.\n\n"),
        ])
        self.check(client.ask("dummy_payment"),
                   re.compile("Payment successful\\.\n\n" + ticket(7, transaction=True)))
        other = self.connect(server)
        self.check_table(other, [
            ("login ann smith px", wrong),
            ("login ann smith pw", welcome),
            ("register x",
             "\n\nPlease give a name and a password: 'register <name> <password>'.\n\n"),
            ("login ",
             "\n\nPlease give a name and a password: 'login <name> <password>'.\n\n"),
        ])
        self.assertIn("name has 65 characters", other.ask("register " + "n" * 65 + " pw")[1])
        with server.client("native") as native:
            native.send(b'AUTH "ann smith" pw\nMINE\n')
            answer = b""
            while b"bookbus/7" not in answer:
                answer += native.receive()

    # ---- framing

    def test_a_line_end_is_a_boundary(self):
        client = self.connect(self.bus())
        client.client.send(b"book 1\nbook 2\r\nx\nexit\n")
        self.assertRegex(client.client.receive_until_closed().decode(), re.compile(
            r"\A200Congratulations! Seat 1 booked.*200Congratulations! Seat 2 booked.*200"
            + re.escape(INVALID_ACTION) + "200\n\n" + re.escape(FAREWELL) + r"\Z", re.DOTALL))

    def test_requests_that_come_together_without_one_are_one(self):
        server = self.bus()
        client = self.connect(server)
        for first in ("display", "exit", "x", "dummy_payment"):
            for second in ("display", "book 3", "exit", "x"):
                self.check(client.ask(first + second), INVALID_ACTION, first + second)
        for second in ("display", "book 3", "exit", "x"):
            self.check(client.ask("book 4" + second), INVALID_INPUT, second)
        self.assertIn("free=40", server_map(server))

    def test_a_request_in_two_segments_is_two(self):
        server = self.bus()
        for whole in ("display", "exit", "dummy_payment"):
            client = self.connect(server)
            for split in range(1, len(whole)):
                self.check(client.ask(whole[:split]), INVALID_ACTION, whole[:split])
                self.check(client.ask(whole[split:]), INVALID_ACTION, whole[split:])
        client = self.connect(server)
        for split in range(1, len("book 41")):
            first, second = "book 41"[:split], "book 41"[split:]
            expected = INVALID_ACTION if split < 4 else INVALID_INPUT
            expected = booked(4, r"\d+\.00") if first == "book 4" else expected
            self.check(client.ask(first), expected, first)
            self.check(client.ask(second), INVALID_ACTION, second)
        for byte in "display":
            self.check(client.ask(byte), INVALID_ACTION, byte)

    def test_too_long_a_message_is_one_invalid_action(self):
        client = self.connect(self.bus())
        self.check(client.ask("book 7" + " " * 1018), booked(7))  # 1024 bytes
        self.check(client.ask("book 8" + " " * 1019), INVALID_ACTION)
        self.check(client.ask("x" * 6000), INVALID_ACTION)
        self.check(client.ask("display"), head_map({7}))

    def test_ten_megabytes_without_an_end_harm_nobody(self):
        server = self.bus()
        client = server.client("bus")
        self.addCleanup(client.close)

        answers = holdfastd.answers_to(client, b"x" * 10_000_000).decode()
        self.assertEqual(answers.replace("200" + INVALID_ACTION, ""), "")
        self.assertGreaterEqual(len(answers), len("200" + INVALID_ACTION))
        self.check(self.connect(server).ask("display"), head_map())

    # ---- ends

    def test_half_a_close_is_answered_and_closed(self):
        server = self.bus()
        for message, expected in [("", ""), ("x", "200" + INVALID_ACTION),
                                  ("display", "200" + head_map()),
                                  ("book 0", "200" + invalid_seat()),
                                  ("exit", "200\n\n" + FAREWELL)]:
            with server.client("bus") as client:
                client.send(message.encode())
                client.half_close()
                self.assertEqual(client.receive_until_closed().decode(), expected)

    def test_who_goes_at_any_step_leaves_what_was_booked(self):
        server = self.bus()
        for seat, (reset, read) in enumerate([(r, n) for r in (0, 1) for n in (0, 1, 2)], 1):
            client = BusClient(server)
            client.client.send(b"book %d" % seat)
            if read == 1:
                client.client.receive()
            elif read == 2:
                client.receive()
            self.wait_for_seat(server, seat)
            client.client.reset() if reset else client.close()
        self.check(self.connect(server).ask("display"), head_map({1, 2, 3, 4, 5, 6}))

    def wait_for_seat(self, server, seat):
        deadline = time.monotonic() + holdfastd.PATIENCE
        while f"booked={seat} " not in server_map(server):
            self.assertLess(time.monotonic(), deadline)

    def test_a_slow_reader_gets_everything_in_order(self):
        server = self.bus()
        client = server.client("bus")
        self.addCleanup(client.close)
        wanted = "".join("200" + (head_map() if i % 2 else invalid_seat()) for i in range(60))
        answers = holdfastd.answers_to(client, b"book 0\ndisplay\n" * 30, 16)
        self.assertEqual(answers.decode(), wanted)

    # ---- many clients

    def test_hundreds_of_sessions_do_not_hang(self):
        server = self.serve("bus")  # with the pace it has by itself
        seed = random.randrange(1 << 32)
        together = [0] * 30
        people = 0.03  # seconds: quicker than any, slow enough for the server to be idle between

        def session(i):
            choice = random.Random(seed + i)
            pause = people if i % 2 else 0
            for _ in range(8):
                client = BusClient(server)
                self.check(client.ask("display"), re.compile(r"\nSeat Matrix:.*", re.DOTALL))
                time.sleep(pause)
                seat = choice.randrange(1, 41)
                price, reply = client.ask(f"book {seat}")
                self.assertTrue(f"Seat {seat} booked successfully" in reply
                                or reply == taken(seat), (seed, reply))
                time.sleep(pause)
                self.check(client.ask("exit"), "\n\n" + FAREWELL)
                self.assertEqual(client.client.receive(), b"")
                client.close()
                together[i] += client.together

        holdfastd.all_at_once(30, session)
        # Without a pause between them half of the replies and more come with their prices.
        self.assertLess(sum(together), 30 * 8 * 3 / 10)

    def test_forty_clients_book_one_seat_once(self):
        server = self.bus()
        clients = [self.connect(server) for _ in range(40)]
        replies = holdfastd.all_at_once(40, lambda i: clients[i].ask("book 7")[1])
        self.assertEqual(sum("booked successfully" in reply for reply in replies), 1)
        self.assertEqual(replies.count(taken(7)), 39)

    def test_a_seat_is_taken_everywhere_at_once(self):
        server = self.bus()
        client = self.connect(server)
        client.ask("book 7")
        server.sell(self, [("REGISTER ana secret", "+OK"), ("BOOK bookbus 7", "-TAKEN"),
                           ("BOOK bookbus 8", "+OK")])
        self.check(client.ask("book 8"), taken(8))

    # ---- the end of the server

    def test_nothing_is_lost_by_a_restart_or_a_crash(self):
        server = self.bus()
        client = self.connect(server)
        client.ask("book 1")
        server.stop()
        self.assertEqual(client.client.receive(), b"")
        server.start()
        self.check(self.connect(server).ask("display"), head_map({1}))

        sold = []

        def book_on(i):
            if i == 0:
                while len(sold) < 6:
                    time.sleep(0.001)
                return server.process.kill()
            mine = self.connect(server)
            for seat in range(1 + i, 41, 4):
                try:
                    if "booked successfully" in mine.ask(f"book {seat}")[1]:
                        sold.append(seat)
                except OSError:
                    return None
            return None

        holdfastd.all_at_once(5, book_on)
        server.end()
        server.start()
        price, drawn = self.connect(server).ask("display")
        for seat in sold:
            self.assertNotIn(f" {seat:02} ", drawn)


def server_map(server):
    """The first line of the map, as the native protocol shows it."""
    with server.client("native") as native:
        native.send(b"MAP bookbus\nQUIT\n")
        return native.receive_until_closed().decode().split("\r\n")[1]


if __name__ == "__main__":
    holdfastd.main()
