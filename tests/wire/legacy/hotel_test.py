#!/usr/bin/env python3
"""The hotel by count: every action and reply to the byte, odd input, clients in the old style.

usage: hotel_test.py HOLDFASTD
"""

import random
import time

import holdfastd

INVALID_INPUT = "Invalid input."
INVALID_COUNT = "Please specify a valid number of rooms."
NO_ROOMS = "Sorry, no rooms are currently available."
WRONG_USER = "Query result: Invalid username or password."


def booked(*rooms):
    return ("Rooms booked successfully. Your room numbers are: "
            + ", ".join(map(str, rooms)) + ".")


def released(*rooms):
    return ("Rooms checked out successfully. Released room numbers are: "
            + ", ".join(map(str, rooms)) + ".")


def rooms_of(user, *rooms):
    return f"Query result: Room numbers for {user} are " + ", ".join(map(str, rooms)) + "."


def none(result, user):
    return f"{result} result: {user} has not booked any rooms."


class HotelClient:
    """The client as it was: name, password, and then an action for each answer. With `lines` it
    ends name and password in LF, as a program that cannot take a person's time had better do."""

    def __init__(self, server, name, password, lines=False):
        self.client = server.client("hotel")
        if lines:
            self.client.send(f"{name}\n{password}\n".encode())
            return
        self.client.send_alone(name.encode() or b"\n")  # it could not send nothing
        self.client.send_alone(password.encode() or b"\n")

    def ask(self, action):
        self.client.send(action if isinstance(action, bytes) else action.encode())
        return self.client.receive().decode()

    def close(self):
        self.client.close()


class HotelTest(holdfastd.ServerTest):
    def hotel(self, options=""):
        return self.serve("hotel", options=options)

    def connect(self, server, name="alice", password="pw", lines=False):
        client = HotelClient(server, name, password, lines)
        self.addCleanup(client.close)
        return client

    def check_table(self, client, table):
        for action, expected in table:
            self.assertEqual(client.ask(action), expected, repr(action))

    # ---- actions and replies

    def test_every_action_has_its_reply(self):
        client = self.connect(self.hotel())
        self.check_table(client, [
            ("query", none("Query", "alice")),
            ("checkout", none("Checkout", "alice")),
            ("book 0", INVALID_COUNT),
            ("book -3", INVALID_COUNT),
            ("book", INVALID_INPUT),
            ("book ", INVALID_INPUT),
            ("bookish", INVALID_INPUT),
            ("book1", INVALID_INPUT),
            ("book two", INVALID_INPUT),
            ("book 1.5", INVALID_INPUT),
            ("book 1 two", INVALID_INPUT),
            ("query", none("Query", "alice")),  # nothing of that has made an account
            ("book 2", booked(1, 2)),
            ("query", rooms_of("alice", 1, 2)),
            ("book １", booked(3)),  # fullwidth
            ("book +1", booked(4)),
            ("book 0_1", booked(5)),
            ("book\t1", booked(6)),
            ("book x 1", booked(7)),
            ("booking 1", booked(8)),
            ("book 2 1", booked(9)),
            ("book 100", booked(10)),
            ("book 1", NO_ROOMS),
            ("book " + "9" * 1000, NO_ROOMS),
            ("query", rooms_of("alice", *range(1, 11))),
            ("checkout", released(*range(1, 11))),
            ("query", none("Query", "alice")),
            ("checkout", none("Checkout", "alice")),
            ("book 1book 1", booked(1)),
            ("book 1\r\n", booked(2)),
            ("QUERY", INVALID_INPUT),
            (" book 1", INVALID_INPUT),
            ("query ", INVALID_INPUT),
            ("queryquery", INVALID_INPUT),
            ("querycheckout", INVALID_INPUT),
            ("help", INVALID_INPUT),
            ("\n", INVALID_INPUT),
            ("\0", INVALID_INPUT),
            (b"\xff\xfe", INVALID_INPUT),
            (b"book \xff 1", INVALID_INPUT),
            ("book 1" + " " * 1019, INVALID_INPUT),
            ("checkout", released(1, 2)),
        ])
        client.client.send(b"exit")
        self.assertEqual(client.client.receive(), b"")

    def test_rooms_are_given_again_lowest_first(self):
        server = self.hotel()
        alice, ben = self.connect(server), self.connect(server, "ben", "pw")
        self.check_table(alice, [("book 3", booked(1, 2, 3))])
        self.check_table(ben, [("book 2", booked(4, 5))])
        self.check_table(alice, [("book 1", booked(6)), ("checkout", released(1, 2, 3, 6))])
        self.check_table(ben, [("book 4", booked(1, 2, 3, 6)),
                               ("query", rooms_of("ben", 4, 5, 1, 2, 3, 6))])

    # ---- who one is

    def test_the_first_booking_makes_the_account(self):
        server = self.hotel()
        first, second = self.connect(server), self.connect(server, "alice", "other")
        for client in (first, second):
            self.assertEqual(client.ask("query"), none("Query", "alice"))
        self.assertEqual(first.ask("book 1"), booked(1))
        self.check_table(second, [("query", WRONG_USER), ("book 1", WRONG_USER),
                                  ("checkout", WRONG_USER), ("book 0", INVALID_COUNT)])
        again = self.connect(server)
        self.check_table(again, [("query", rooms_of("alice", 1)), ("checkout", released(1)),
                                 ("query", none("Query", "alice"))])
        self.assertEqual(second.ask("query"), WRONG_USER)  # the account stays

    def test_no_account_is_made_when_nothing_is_free(self):
        server = self.hotel()
        self.assertEqual(self.connect(server).ask("book 10"), booked(*range(1, 11)))
        for password in ("one", "two"):
            self.check_table(self.connect(server, "ben", password), [
                ("book 1", NO_ROOMS), ("query", none("Query", "ben"))])

    def test_names_may_have_blanks_and_any_letters(self):
        server = self.hotel()
        for i, name in enumerate(["John Smith", "Žofie", "名" * 64], 1):
            self.check_table(self.connect(server, name), [
                ("book 1", booked(i)), ("query", rooms_of(name, i))])

    def test_what_no_account_can_have_is_invalid_input(self):
        server = self.hotel()
        for name, password in [("n" * 65, "pw"), ("n" * 1100, "pw"), ("", "pw"), ("alice", ""),
                               ("alice", "p" * 257), ("alice", "p" * 1100), ("a:b", "pw"),
                               (" alice", "pw"), ("al\tice", "pw"), ("alice", "p\tw")]:
            self.check_table(self.connect(server, name, password), [
                ("query", INVALID_INPUT), ("book 1", INVALID_INPUT),
                ("checkout", INVALID_INPUT), ("query", INVALID_INPUT)])
        client = server.client("hotel")
        self.addCleanup(client.close)
        client.send(b"\xff\xfe\npw\nquery")
        self.assertEqual(client.receive().decode(), INVALID_INPUT)

    def test_a_dated_reservation_of_a_guest_is_not_touched(self):
        server = self.hotel()
        server.sell(self, [("REGISTER alice pw", "+OK"),
                           ("BOOK hotel 10 nights=2036-01-01..2036-01-03", "+OK"),
                           ("BOOK hotel 9 nights=2036-01-01..2036-01-03", "+OK")])
        self.check_table(self.connect(server), [
            ("query", none("Query", "alice")), ("checkout", none("Checkout", "alice")),
            ("book 10", booked(*range(1, 9))),  # a room that somebody will need is not given
            ("checkout", released(*range(1, 9)))])

    # ---- framing

    def test_what_comes_together_is_one(self):
        server = self.hotel()
        client = server.client("hotel")
        self.addCleanup(client.close)
        client.send_alone(b"alicepw")  # a name; the first action is then the password
        client.send_alone(b"book 1")
        client.send(b"query")
        self.assertEqual(client.receive().decode(), none("Query", "alicepw"))

    def test_name_and_password_may_end_in_line_ends(self):
        server = self.hotel()
        for text, expected in [(b"alice\npw\nbook 1", booked(1)),
                               (b"alice\r\npw\r\nbook 1\r\n", booked(2)),
                               (b"alice\npw\nquery", rooms_of("alice", 1, 2))]:
            with server.client("hotel") as client:
                client.send(text)
                self.assertEqual(client.receive().decode(), expected, text)

    def test_actions_in_two_segments_are_two(self):
        server = self.hotel()
        client = self.connect(server)
        for whole in ("query", "checkout", "book 1"):
            for split in range(1, len(whole)):
                self.assertEqual(client.ask(whole[:split]), INVALID_INPUT, whole[:split])
                self.assertEqual(client.ask(whole[split:]), INVALID_INPUT, whole[split:])
        for byte in "query":
            self.assertEqual(client.ask(byte), INVALID_INPUT)

    def test_a_line_end_is_a_boundary(self):
        server = self.hotel()
        client = self.connect(server)
        client.client.send(b"book 1\nbook 2\nquery\r\nexit\n")
        self.assertEqual(client.client.receive_until_closed().decode(),
                         booked(1) + booked(2, 3) + rooms_of("alice", 1, 2, 3))

    def test_ten_megabytes_without_an_end_harm_nobody(self):
        server = self.hotel()
        client = self.connect(server).client

        answers = holdfastd.answers_to(client, b"x" * 10_000_000).decode()
        self.assertEqual(answers.replace(INVALID_INPUT, ""), "")
        self.assertEqual(self.connect(server).ask("book 1"), booked(1))

    # ---- ends

    def test_half_a_close_is_answered_and_closed(self):
        server = self.hotel()
        for message, expected in [
            (b"", ""), (b"alice\n", ""), (b"alice\npw\n", ""), (b"alice\npw\nx", INVALID_INPUT),
            (b"alice\npw\nbook 2", booked(1, 2)), (b"alice\npw\nquery", rooms_of("alice", 1, 2)),
            (b"alice\npw\nexit", ""),
        ]:
            with server.client("hotel") as client:
                client.send(message)
                client.half_close()
                self.assertEqual(client.receive_until_closed().decode(), expected, message)

    def test_rooms_stay_taken_when_their_guest_goes(self):
        server = self.hotel()
        self.assertEqual(self.connect(server).ask("book 1"), booked(1))
        for room, reset in enumerate([False, True], 2):
            client = self.connect(server)
            self.assertEqual(client.ask("query"), rooms_of("alice", *range(1, room)))
            client.client.send(b"book 1")
            other = self.connect(server)
            deadline = time.monotonic() + holdfastd.PATIENCE
            while other.ask("query") != rooms_of("alice", *range(1, room + 1)):
                self.assertLess(time.monotonic(), deadline)
            client.client.reset() if reset else client.client.close()
        self.assertEqual(self.connect(server).ask("query"), rooms_of("alice", 1, 2, 3))

    def test_a_slow_reader_gets_everything_in_order(self):
        server = self.hotel()
        client = self.connect(server).client
        answers = holdfastd.answers_to(client, b"query\nbook 0\n" * 50, 16)
        self.assertEqual(answers.decode(), (none("Query", "alice") + INVALID_COUNT) * 50)

    # ---- many clients

    def test_hundreds_of_sessions_do_not_hang(self):
        server = self.hotel()
        seed = random.randrange(1 << 32)

        def sessions(i):
            choice = random.Random(seed + i)
            name = f"guest {i}"
            pause = 0.03 if i % 2 else 0
            for _ in range(8):
                client = HotelClient(server, name, "pw of " + name, lines=i > 1)
                count = choice.randrange(1, 3)
                reply = client.ask(f"book {count}")
                time.sleep(pause)
                if reply == NO_ROOMS:
                    self.assertEqual(client.ask("query"), none("Query", name), seed)
                else:
                    rooms = reply.removeprefix(booked().removesuffix("."))
                    self.assertEqual(client.ask("query"), rooms_of(name)[:-1] + rooms, seed)
                    time.sleep(pause)
                    self.assertEqual(client.ask("checkout"), released()[:-1] + rooms, seed)
                client.client.send(b"exit")
                self.assertEqual(client.client.receive(), b"")
                client.close()

        holdfastd.all_at_once(25, sessions)
        self.assertEqual(self.connect(server, "last").ask("book 10"), booked(*range(1, 11)))

    def test_forty_clients_get_ten_rooms_once(self):
        server = self.hotel()
        clients = [self.connect(server, f"guest {i}", lines=True) for i in range(40)]
        replies = holdfastd.all_at_once(40, lambda i: clients[i].ask("book 1"))
        self.assertEqual(sorted(reply for reply in replies if reply != NO_ROOMS),
                         sorted(booked(room) for room in range(1, 11)))
        self.assertEqual(replies.count(NO_ROOMS), 30)

    def test_forty_clients_of_one_guest_are_all_let_in(self):
        server = self.hotel()
        self.assertEqual(self.connect(server).ask("book 3"), booked(1, 2, 3))
        clients = [self.connect(server, lines=True) for _ in range(40)]
        replies = holdfastd.all_at_once(40, lambda i: clients[i].ask("query"))
        self.assertEqual(set(replies), {rooms_of("alice", 1, 2, 3)})

    def test_a_room_is_taken_everywhere_at_once(self):
        server = self.hotel()
        self.assertEqual(self.connect(server).ask("book 1"), booked(1))
        self.assertIn("state=booked", map_rows(server))
        server.sell(self, [("REGISTER ana secret", "+OK"),
                           ("BOOK hotel 1 nights=2036-01-01..2036-01-02", "-TAKEN"),
                           ("BOOK hotel 2 nights=2036-01-01..2036-01-02", "+OK")])

    # ---- the end of the server

    def test_nothing_is_lost_by_a_restart_or_a_crash(self):
        server = self.hotel()
        client = self.connect(server)
        self.assertEqual(client.ask("book 2"), booked(1, 2))
        server.stop()
        self.assertEqual(client.client.receive(), b"")
        server.start()
        again = self.connect(server)
        self.assertEqual(again.ask("book 1"), booked(3))
        server.kill()
        server.start()
        self.check_table(self.connect(server), [("query", rooms_of("alice", 1, 2, 3)),
                                                ("checkout", released(1, 2, 3))])


def map_rows(server):
    with server.client("native") as native:
        native.send(b"MAP hotel\nQUIT\n")
        return native.receive_until_closed().decode()


if __name__ == "__main__":
    holdfastd.main()
