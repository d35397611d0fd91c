#!/usr/bin/env python3
"""The hotel with room types: every request and reply to the byte, odd input, clients in the old style.

usage: rooms_test.py HOLDFASTD
"""

import json
import random
import socket
import time

import holdfastd

OK = "HTTP/1.1 200 OK\r\n\r\n"
BAD = "HTTP/1.1 400 Bad Request\r\n\r\n"
NOT_FOUND = "HTTP/1.1 404 Not Found\r\n\r\n"
FAILED = "HTTP/1.1 500 Internal Server Error\r\n\r\n"
JSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
TEXT = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"

AVAILABILITY = "GET /availability HTTP/1.1\r\n\r\n"
NO_ROOM = NOT_FOUND + "Room not found"
NO_CHECK_IN = BAD + "Invalid check-in date"
NO_CHECK_OUT = BAD + "Invalid checkout date"
BOOK_FAILED = FAILED + "Error booking room"
CHECKOUT_FAILED = FAILED + "Error during checkout"
ROOMS = [*range(101, 111), *range(201, 211), *range(301, 311)]
TYPES = {1: "single_bed", 2: "double_bed", 3: "suite"}


def post(path, body):
    """As the old client does: the length counts characters, not bytes."""
    return f"POST /{path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n{body}"


def book(body):
    return post("book", body)


def checkout(body):
    return post("checkout", body)


def booked(room):
    return f"{OK}Room {room} booked successfully!"


def bill(days, total):
    return f"{OK}Days stayed: {days}, Total bill: ${total}"


def free(single=10, double=10, suite=10):
    return JSON + f"{{'single_bed': {single}, 'double_bed': {double}, 'suite': {suite}}}"


def encoded(request):
    return request if isinstance(request, bytes) else request.encode()


class RoomsTest(holdfastd.ServerTest):
    def hotel(self, options=""):
        return self.serve("rooms", options=options)

    def connect(self, server):
        client = server.client("rooms")
        self.addCleanup(client.close)
        return client

    def ask(self, server, request):
        """The client as it was: one send, one recv; then it is over."""
        with server.client("rooms") as client:
            client.send(encoded(request))
            return self.hear(client)

    def hear(self, client):
        reply = client.receive().decode()
        self.assertEqual(client.receive(), b"")
        return reply

    def ask_whole(self, server, request):
        """A new client, which reads on."""
        with server.client("rooms") as client:
            client.send(encoded(request))
            return client.receive_until_closed().decode()

    def check_table(self, server, table):
        for request, expected in table:
            self.assertEqual(self.ask(server, request), expected, request[:200])

    # ---- requests and replies

    def test_every_request_has_its_reply(self):
        self.check_table(self.hotel(), [
            (AVAILABILITY, free()),
            (book("Ann,single_bed,2035-12-01"), booked(101)),
            (book("Ann,single_bed,2035-12-01"), booked(102)),
            (book("Žofie,double_bed,2030-1-5"), booked(201)),
            (book("名,suite,2020-02-29"), booked(301)),  # in the past
            (book(",suite,２０３５-1２-０1"), booked(302)),  # nobody; digits of any script
            (book("John Smith,suite,2035-12-01"), booked(303)),
            (AVAILABILITY, free(8, 9, 7)),
            (book("Ann,attic,2035-12-01"), BAD + "Invalid room type"),
            (book("Ann,Suite,2035-12-01"), BAD + "Invalid room type"),
            (book("Ann, suite,2035-12-01"), BAD + "Invalid room type"),
            (book("Ann,suite ,2035-12-01"), BAD + "Invalid room type"),
            (book("Ann,double bed,2035-12-01"), BAD + "Invalid room type"),
            (book("Ann,,2035-12-01"), BAD + "Invalid room type"),
            (book("Ann,attic,never"), BAD + "Invalid room type"),  # looked at first
            (book("Ann,suite,never"), NO_CHECK_IN),
            (book("Ann,suite,"), NO_CHECK_IN),
            (book("Ann,suite,2035-02-29"), NO_CHECK_IN),
            (book("Ann,suite,01.12.2035"), NO_CHECK_IN),
            (book("Ann,suite,35-12-01"), NO_CHECK_IN),
            (book("Ann,suite, 2035-12-01"), NO_CHECK_IN),
            (book("Ann,suite,2035-12-01x"), NO_CHECK_IN),
            (book("Ann,suite,0001-01-01"), NO_CHECK_IN),  # not in the calendar of the engine
            (book("Ann,suite,9999-12-31"), NO_CHECK_IN),
            (book(""), BOOK_FAILED),
            (book("Ann"), BOOK_FAILED),
            (book("Ann,suite"), BOOK_FAILED),
            (book("Smith, John,suite,2035-12-01"), BOOK_FAILED),
            (AVAILABILITY, free(8, 9, 7)),
            (checkout("101,2035-12-04"), bill(3, 150)),
            (checkout("101,2035-12-04"), NO_ROOM),
            (checkout(" +1_02 ,2035-12-2"), bill(1, 50)),
            (checkout("201,2030-01-05"), BAD + "Checkout date must be after check-in date"),
            (checkout("201,2030-01-04"), BAD + "Checkout date must be after check-in date"),
            (checkout("201,2031-01-05"), bill(365, 36500)),
            (checkout("３０１,2020-03-01"), bill(1, 200)),
            (checkout("302,never"), NO_CHECK_OUT),
            (checkout("999,never"), NO_CHECK_OUT),  # looked at first
            (checkout("302,9999-12-31"), NO_CHECK_OUT),
            (checkout("302,2035-11-31"), NO_CHECK_OUT),
            (checkout("302,"), NO_CHECK_OUT),
            (checkout("304,2035-12-05"), NO_ROOM),
            (checkout("999,2035-12-05"), NO_ROOM),
            (checkout("0,2035-12-05"), NO_ROOM),
            (checkout("-302,2035-12-05"), NO_ROOM),
            (checkout("9" * 400 + ",2035-12-05"), NO_ROOM),
            (checkout(""), CHECKOUT_FAILED),
            (checkout("302"), CHECKOUT_FAILED),
            (checkout("302,2035-12-05,x"), CHECKOUT_FAILED),
            (checkout("room 302,2035-12-05"), CHECKOUT_FAILED),
            (checkout("302.0,2035-12-05"), CHECKOUT_FAILED),
            (checkout(",2035-12-05"), CHECKOUT_FAILED),
            (checkout("302,2035-12-05"), bill(4, 800)),
            (checkout("303,2035-12-02"), bill(1, 200)),
            (AVAILABILITY, free()),
        ])

    def test_rooms_are_given_lowest_first_until_none_is_left(self):
        server = self.hotel()
        for room in range(301, 311):
            self.assertEqual(self.ask(server, book("Ann,suite,2035-12-01")), booked(room))
        self.check_table(server, [
            (book("Ben,suite,2035-12-01"), BAD + "No suite rooms available"),
            (book("Ben,suite,2020-12-01"), BAD + "No suite rooms available"),
            (book("Ben,double_bed,2035-12-01"), booked(201)),
            (checkout("307,2035-12-02"), bill(1, 200)), (checkout("303,2035-12-02"), bill(1, 200)),
            (book("Ben,suite,2035-12-01"), booked(303)), (book("Ben,suite,2035-12-01"), booked(307)),
            (book("Ben,suite,2035-12-01"), BAD + "No suite rooms available"),
        ])

    def test_names_that_cannot_be_kept_get_no_room(self):
        server = self.hotel()
        for name in ["n" * 129, "é" * 65, "tab\tbed", "\1", "a\0b", "\x7f"]:
            self.assertEqual(self.ask(server, book(name + ",suite,2035-12-01")), BOOK_FAILED, name)
        for i, name in enumerate(["n" * 128, "é" * 64, "a'b\"c\\d", "Ann ", "+", "guest=x", "@person:1"]):
            self.assertEqual(self.ask(server, book(name + ",suite,2035-12-01")), booked(301 + i), name)
        self.assertEqual(self.ask(server, AVAILABILITY), free(suite=3))

    def test_types_and_costs_are_told(self):
        server = self.hotel()
        self.assertEqual(self.ask(server, book("Ann,suite,2035-12-01")), booked(301))
        reply = self.ask(server, "GET /rooms HTTP/1.1\r\n\r\n")
        self.assertEqual(json.loads(reply.removeprefix(JSON)), [
            {"type": "single_bed", "rooms": 10, "free": 10, "price": "50", "currency": "USD"},
            {"type": "double_bed", "rooms": 10, "free": 10, "price": "100", "currency": "USD"},
            {"type": "suite", "rooms": 10, "free": 9, "price": "200", "currency": "USD"}])
        self.assertEqual(self.ask(server, "GET /rooms HTTP/1.1\r\nAccept: text/plain\r\n\r\n"), TEXT +
                         "type             rooms  free    a night\n"
                         "single_bed          10    10         50 USD\n"
                         "double_bed          10    10        100 USD\n"
                         "suite               10     9        200 USD\n")

    def test_every_room_is_told(self):
        server = self.hotel()
        guests = {101: "Ann", 201: "Žofie \"Z\"", 301: ""}
        for room, name in guests.items():
            self.assertEqual(self.ask(server, book(f"{name},{TYPES[room // 100]},2035-12-01")),
                             booked(room))
        # A guest who is in with dates is an occupant, one who will come is none.
        today = field_of(server, "today")
        for line in [f"BOOK grand 202 nights={today}..2035-01-01 checkin guest=Ben",
                     "BOOK grand 203 nights=2035-01-01..2035-01-02 guest=Cem",
                     # a seat of another offering with the number of a room
                     "PLAN CREATE cinema units=101-105 type=seat",
                     "OFFERING CREATE cinema plan=cinema axis=event currency=USD price=1 pay=later",
                     f"BOOK grand 102 nights={today}..2035-01-01 + cinema 102 checkin guest=Dan"]:
            self.assertEqual(server.order(line).split()[0], "+OK", line)
        stays = {room: (name, "2035-12-01") for room, name in guests.items()}
        stays |= {202: ("Ben", today), 102: ("Dan", today)}
        reply = self.ask_whole(server, "GET /details HTTP/1.1\r\n\r\n")
        self.assertEqual(json.loads(reply.removeprefix(JSON)), [
            {"room": str(room), "type": TYPES[room // 100], "occupied": room in stays,
             "occupant": stays[room][0] if room in stays else None,
             "check_in": stays[room][1] if room in stays else None} for room in ROOMS])
        for accept in ["Accept: text/plain", "accept:text/plain, */*", "ACCEPT:  text/plain;q=1"]:
            reply = self.ask_whole(server, f"GET /details HTTP/1.1\r\nHost: x\r\n{accept}\r\n\r\n")
            lines = reply.removeprefix(TEXT).split("\n")
            self.assertEqual(lines[0], "room     type             since       occupant")
            self.assertEqual(lines[1], "101      single_bed       2035-12-01  Ann")
            self.assertEqual(lines[3], "103      single_bed       -           ")
            self.assertEqual(lines[11], "201      double_bed       2035-12-01  Žofie \"Z\"")
            self.assertEqual(len(lines), 32)

    def test_units_may_have_any_labels(self):
        server = self.hotel("rooms.offering = inn")
        for line in ["PLAN CREATE inn units=2B1-2B12 per_row=5 type=double + units=Tower,7 type=attic",
                     "OFFERING CREATE inn plan=inn axis=nights currency=USD "
                     "prices=double:4950,attic:1 pay=later zone=UTC"]:
            self.assertEqual(server.order(line).split()[0], "+OK", line)
        self.check_table(server, [
            (AVAILABILITY, JSON + "{'double': 12, 'attic': 2}"),
            (book("Ann,double,2035-12-01"), booked("2B1")),
            (book("Ann,attic,2035-12-01"), booked("Tower")),
            (book("Ann,attic,2035-12-01"), booked("7")),
            (checkout("7,2035-12-03"), bill(2, "0.02")),
            (checkout("2B1,2035-12-03"), CHECKOUT_FAILED),  # only numbers can be checked out here
        ])
        reply = self.ask_whole(server, "GET /details HTTP/1.1\r\n\r\n").removeprefix(JSON)
        self.assertEqual([(room["room"], room["type"], room["occupied"]) for room in json.loads(reply)],
                         [(f"2B{i}", "double", i == 1) for i in range(1, 13)]
                         + [("Tower", "attic", True), ("7", "attic", False)])

    def test_a_great_house_is_told_in_part(self):
        server = self.hotel("rooms.offering = city")
        for line in ["PLAN CREATE city units=1-20000 per_row=1000 type=cell",
                     "OFFERING CREATE city plan=city axis=nights currency=USD price=1 pay=later"]:
            self.assertEqual(server.order(line).split()[0], "+OK", line)
        self.assertEqual(self.ask(server, AVAILABILITY), JSON + "{'cell': 20000}")
        rooms = json.loads(self.ask_whole(server, "GET /details HTTP/1.1\r\n\r\n").removeprefix(JSON))
        self.assertEqual([room["room"] for room in rooms], [str(i) for i in range(1, 5001)])

    # ---- odd requests

    def test_what_is_no_request_is_refused(self):
        server = self.hotel()
        self.check_table(server, [
            (method + " /availability HTTP/1.1\r\n\r\n", BAD + "Invalid request")
            for method in ["HEAD", "PUT", "DELETE", "get", "Post", "\0", ""]])
        self.check_table(server, [
            (line + "\r\n\r\n", FAILED + "Server error")
            for line in ["GET", "GET /availability", "GET  /availability HTTP/1.1", "hello", "", " ",
                         "GET /availability HTTP/1.1 x", "GET\t/availability\tHTTP/1.1", "\0"]])
        self.check_table(server, [
            (b"\xff\xfe\r\n\r\n", FAILED + "Server error"),
            (b"GET /availability HTTP/1.1\r\nX: \xff\r\n\r\n", FAILED + "Server error"),
            (book("Ann,suite,2035-12-01").encode().replace(b"Ann", b"An\xc5"), FAILED + "Server error"),
        ])
        self.check_table(server, [
            (request + " HTTP/1.1\r\n\r\n", NOT_FOUND + "Not found")
            for request in ["GET /", "GET /book", "GET /checkout", "GET /availability?x=1", "GET \0",
                            "GET /Rooms", "POST /", "POST /availability", "POST /details"]])
        self.check_table(server, [
            ("GET /availability anything\r\n\r\n", free()),
            ("GET /availability HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 0\r\n\r\n", free())])

    def test_the_body_is_what_stands_behind_the_last_line_end(self):
        self.check_table(self.hotel(), [
            (book("x\r\nAnn,suite,2035-12-01"), booked(301)),
            (book(" \t\nAnn,suite,2035-12-01 \n"), booked(302)),
            (book("Ann,suite,2035-12-01\r\n"), BOOK_FAILED),
            ("POST /book HTTP/1.1\r\n\r\nAnn,suite,2035-12-01", booked(303)),  # no length
            ("POST /book HTTP/1.1\r\nContent-Length: 5\r\n\r\nAnn,suite,2035-12-01", booked(304)),
            ("POST /book HTTP/1.1\r\nContent-Length: x\r\n\r\nAnn,suite,2035-12-01", booked(305)),
            ("POST /book HTTP/1.1\r\nContent-Length: -1\r\n\r\nAnn,suite,2035-12-01", booked(306)),
            (AVAILABILITY + AVAILABILITY, free(suite=4)),  # one request a connection
            (AVAILABILITY + book("Ann,suite,2035-12-01"), free(suite=4)),
            (book("Ann,suite,2035-12-01") + AVAILABILITY, BOOK_FAILED),
            (AVAILABILITY, free(suite=4)),
        ])

    def test_what_may_be_all_is_answered_soon(self):
        server = self.hotel()
        requests = [
            ("GET /availability HTTP/1.1", free()),
            ("GET /availability HTTP/1.1\n\n", free()),
            ("GET /availability HTTP/1.1\r\n", free()),
            ("POST /book HTTP/1.1\n\nAnn,suite,2035-12-01", BOOK_FAILED),
            ("POST /book HTTP/1.1\nContent-Length: 20\n\nAnn,suite,2035-12-01",
             FAILED + "Server error"),
            ("GET /avail", FAILED + "Server error"),
            ("\n", FAILED + "Server error"),
            # its length counts bytes
            ("POST /checkout HTTP/1.1\r\nContent-Length: 11\r\n\r\n３０１,1", NO_CHECK_OUT),
        ]
        replies = holdfastd.all_at_once(len(requests), lambda i: self.ask(server, requests[i][0]))
        for (request, expected), reply in zip(requests, replies):
            self.assertEqual(reply, expected, request)

    def test_segments_make_no_difference(self):
        server = self.hotel()
        self.assertEqual(self.ask(server, book("Ann,suite,2035-12-01")), booked(301))
        for request, expected in [(AVAILABILITY, free(suite=9)),
                                  # without its last byte it would be a good one
                                  (book("Žofie,suite,2035-02-29"), NO_CHECK_IN),
                                  (checkout("999,2035-12-01"), NO_ROOM)]:
            data = request.encode()
            clients = [self.connect(server) for _ in range(len(data))]
            # With as many bytes as characters were announced, it is taken for whole before long.
            end = len(request) if len(request) < len(data) else None
            for split, client in holdfastd.send_in_two(clients, data, end):
                self.assertEqual(self.hear(client), expected, (request, split))
            for i in range(len(data)):
                clients[-1].send(data[i:i + 1])
            self.assertEqual(self.hear(clients[-1]), expected)

    def test_a_body_that_ends_before_its_length_does_nothing(self):
        server = self.hotel()
        self.assertEqual(self.ask(server, book("Ann,suite,2035-12-01")), booked(301))
        for request, cut, expected in [(book("Ann,suite,2035-12-15"), 1, BOOK_FAILED),
                                       (checkout("301,2035-12-15"), 1, CHECKOUT_FAILED),
                                       (book("Ann,suite,2035-12-15"), 20, BOOK_FAILED)]:
            client = self.connect(server)
            client.send(request.encode()[:-cut])
            client.half_close()
            self.assertEqual(self.hear(client), expected, (request, cut))
        self.assertEqual(self.ask(server, AVAILABILITY), free(suite=9))

    def test_more_than_a_kilobyte_is_cut(self):
        server = self.hotel()
        head = "GET /availability HTTP/1.1\r\n"
        for length in (1023, 1024, 1025, 4000, 100_000):
            request = (head + "X: ").ljust(length - 4, "x") + "\r\n\r\n"
            self.assertEqual(self.ask(server, request), free(), length)
        request = "POST /book HTTP/1.1\r\n\r\n" + " " * 1020 + "Ann,suite,2035-12-01"
        self.assertEqual(self.ask(server, request), BOOK_FAILED)
        self.assertEqual(self.ask(server, "x" * 1023 + "é"), FAILED + "Server error")

    def test_ten_megabytes_without_an_end_harm_nobody(self):
        server = self.hotel()
        client = self.connect(server)
        answers = holdfastd.answers_to(client, b"x" * 10_000_000)
        self.assertEqual(answers.decode(), FAILED + "Server error")
        self.assertEqual(self.ask(server, AVAILABILITY), free())

    # ---- ends

    def test_half_a_close_is_answered_and_closed(self):
        server = self.hotel()
        whole = book("Žofie,suite,2035-12-01").encode()
        body = whole.index(b"\r\n\r\n") + 4
        for data, expected in [
            (b"", FAILED + "Server error"), (b"GET", FAILED + "Server error"),
            (b"GET /availability HTTP/1.1", free()), (AVAILABILITY.encode(), free()),
            (whole[:body], BOOK_FAILED), (whole[:body + 5], BOOK_FAILED), (whole[:-2], BOOK_FAILED),
            (whole[:-1], NO_CHECK_IN),  # as many bytes as announced
            (whole, booked(301)),
        ]:
            with server.client("rooms") as client:
                client.send(data)
                client.half_close()
                self.assertEqual(client.receive_until_closed().decode(), expected, data)

    def test_a_reset_harms_nobody(self):
        server = self.hotel()
        request = book("Ann,suite,2035-12-01")
        for data in ["", "GET", AVAILABILITY, request[:-1], "x" * 3000]:
            client = self.connect(server)
            client.send(data.encode())
            client.reset()
            self.assertEqual(self.ask(server, AVAILABILITY), free())
        client = self.connect(server)
        client.send(request.encode())
        deadline = time.monotonic() + holdfastd.PATIENCE
        while self.ask(server, AVAILABILITY) != free(suite=9):
            self.assertLess(time.monotonic(), deadline)
        client.reset()
        self.assertEqual(self.ask(server, AVAILABILITY), free(suite=9))  # the room stays taken

    def test_a_slow_reader_gets_everything(self):
        server = self.hotel()
        client = self.connect(server)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.send(b"GET /details HTTP/1.1\r\n\r\n")
        data = b""
        while piece := client.socket.recv(16):
            data += piece
        self.assertEqual(len(json.loads(data.decode().removeprefix(JSON))), 30)

    # ---- many clients

    def test_hundreds_of_sessions_do_not_hang(self):
        server = self.hotel()
        seed = random.randrange(1 << 32)

        def sessions(i):
            choice = random.Random(seed + i)
            pause = 0.03 if i % 2 else 0
            for _ in range(12):
                kind, price = choice.choice([("single_bed", 50), ("suite", 200)])
                reply = self.ask(server, book(f"guest {i},{kind},2035-12-01"))
                if reply == BAD + f"No {kind} rooms available":
                    continue
                time.sleep(pause)
                room = reply.removeprefix(OK + "Room ").split()[0]
                self.assertEqual(reply, booked(room), seed)
                self.assertIn(f'"occupant":"guest {i}"',
                              self.ask_whole(server, "GET /details HTTP/1.1\r\n\r\n"), seed)
                time.sleep(pause)
                nights = choice.randrange(1, 20)
                self.assertEqual(self.ask(server, checkout(f"{room},2035-12-{nights + 1}")),
                                 bill(nights, nights * price), seed)

        holdfastd.all_at_once(25, sessions)
        self.assertEqual(self.ask(server, AVAILABILITY), free())

    def test_forty_clients_get_ten_rooms_once(self):
        server = self.hotel()
        for room in range(301, 310):
            self.assertEqual(self.ask(server, book("Ann,suite,2035-12-01")), booked(room))
        none = BAD + "No suite rooms available"
        replies = holdfastd.all_at_once(40, lambda i: self.ask(server, book(f"{i},suite,2035-12-01")))
        self.assertEqual(sorted(replies), [booked(310)] + [none] * 39)
        replies = holdfastd.all_at_once(
            40, lambda i: self.ask(server, book(f"{i},double_bed,2035-12-01")))
        self.assertEqual(sorted(reply for reply in replies if reply.startswith(OK)),
                         [booked(room) for room in range(201, 211)])

    def test_forty_check_outs_of_one_room_are_one(self):
        server = self.hotel()
        for _ in range(5):
            self.assertEqual(self.ask(server, book("Ann,suite,2035-12-01")), booked(301))
            replies = holdfastd.all_at_once(
                40, lambda i: self.ask(server, checkout("301,2035-12-03")))
            self.assertEqual(sorted(replies), [bill(2, 400)] + [NO_ROOM] * 39)

    # ---- together with others

    def test_a_room_is_taken_everywhere_at_once(self):
        server = self.hotel()
        self.assertEqual(self.ask(server, book("Ann,suite,2035-12-01")), booked(301))
        for line, answer in [("BOOK grand 301 nights=2036-01-01..2036-01-02", "-TAKEN"),
                             ("BOOK grand 302 nights=2036-01-01..2036-01-02", "+OK")]:
            self.assertEqual(server.order(line).split()[0], answer, line)
        # Neither is a room given that somebody will need.
        self.check_table(server, [(book("Ben,suite,2035-12-01"), booked(303)),
                                  (AVAILABILITY, free(suite=7))])

    def test_only_open_stays_are_ended_here(self):
        server = self.hotel()
        today = field_of(server, "today")
        for line in [f"BOOK grand 301 nights={today}..2036-01-01 checkin",
                     f"BOOK grand 302 nights={today}..2036-01-01",
                     f"HOLD grand 303 nights={today}..2036-01-01",
                     f"BOOK grand 304 nights={today}..",  # not there yet
                     f"BOOK grand 305 306 nights={today}.. checkin",  # for the desk
                     "BOOK grand 307 nights=2035-12-01.. checkin"]:
            self.assertEqual(server.order(line).split()[0], "+OK", line)
        self.check_table(server, [(checkout(f"{room},2035-12-02"), NO_ROOM) for room in range(301, 307)])
        self.check_table(server, [(AVAILABILITY, free(suite=3)),
                                  (checkout("307,2035-12-02"), bill(1, 200))])

    # ---- the house cannot

    def test_what_cannot_be_done_now_is_told(self):
        server = self.hotel()
        self.assertEqual(self.ask(server, book("Ann,suite,2035-12-01")), booked(301))
        server.stop()
        server.configure("storage.reserve = 64TiB")
        server.start()
        self.check_table(server, [(book("Ben,suite,2035-12-01"), BOOK_FAILED),
                                  (checkout("301,2035-12-02"), CHECKOUT_FAILED),
                                  (AVAILABILITY, free(suite=9))])

    def test_an_offering_that_is_not_there_is_told(self):
        server = self.hotel("rooms.offering = nosuch")
        self.check_table(server, [(AVAILABILITY, FAILED + "Server error"),
                                  ("GET /rooms HTTP/1.1\r\n\r\n", FAILED + "Server error"),
                                  ("GET /details HTTP/1.1\r\n\r\n", FAILED + "Server error"),
                                  (book("Ann,suite,2035-12-01"), BOOK_FAILED),
                                  (checkout("301,2035-12-02"), NO_ROOM)])

    def test_nothing_is_lost_by_a_restart_or_a_crash(self):
        server = self.hotel()
        for end in (server.stop, server.kill):
            self.assertTrue(self.ask(server, book("Ann,suite,2035-12-01")).startswith(OK))
            client = self.connect(server)
            client.send_alone(book("Ben,suite,2035-12-01")[:-1].encode())
            end()
            self.assertEqual(client.receive(), b"")
            server.start()
        self.check_table(server, [(AVAILABILITY, free(suite=8)),
                                  (book("Ben,suite,2035-12-01"), booked(303)),
                                  (checkout("301,2035-12-02"), bill(1, 200)),
                                  (checkout("302,2035-12-02"), bill(1, 200))])


def field_of(server, name):
    """Of the offering."""
    fields = server.ask("OFFERING SHOW grand").split()
    return next(f for f in fields if f.startswith(name + "=")).removeprefix(name + "=")


if __name__ == "__main__":
    holdfastd.main()
