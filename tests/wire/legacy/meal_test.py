#!/usr/bin/env python3
"""The canteen: every request and reply to the byte, odd input, clients in the old style.

usage: meal_test.py HOLDFASTD
"""

import datetime
import json
import random
import socket
import time

import holdfastd

MAKE = "!MAKE_RESERVATION"
LIST_ALL = "!LIST_ALL_RESERVATIONS"
LIST_DAY = "!LIST_RESERVATIONS_FOR_DAY"
DISCONNECT = "!DISCONNECT"
DAY = "01.12.2035"


def message(payload):
    data = payload if isinstance(payload, bytes) else payload.encode()
    return str(len(data)).encode().ljust(64) + data


def messages(*payloads):
    return b"".join(map(message, payloads))


def slot(date, start, end):
    """What the old client sends, in 66 bytes."""
    return json.dumps({"date": date, "start_time": start, "end_time": end})


def dotted(day):
    return day.strftime("%d.%m.%Y")


def today(server):
    fields = server.ask("OFFERING SHOW mealtime").split()
    text = next(field for field in fields if field.startswith("today="))
    return datetime.date.fromisoformat(text.removeprefix("today="))


class MealClient(holdfastd.Client):
    """The client as it was: header and payload are two sends, and one recv each."""

    def tell(self, *payloads):
        for payload in payloads:
            data = message(payload)
            self.send(data[:64])
            if len(data) > 64:
                self.send(data[64:])

    def hear(self):
        header = self.socket.recv(64)
        if len(header) != 64 or header != header.strip().ljust(64):
            raise AssertionError(f"no header: {header}")
        size = int(header)
        payload = self.socket.recv(size) if size else b""
        if len(payload) != size:
            raise AssertionError(f"{len(payload)} of {size} bytes came at once")
        return payload.decode()

    def ask(self, *payloads):
        self.tell(*payloads)
        return self.hear()

    def make(self, date, start, end):
        return self.ask(MAKE, slot(date, start, end))

    def hear_the_end(self):
        """What comes until the server closes; a reset is an end as well."""
        data = b""
        try:
            while piece := self.socket.recv(65536):
                data += piece
        except ConnectionError:
            pass
        return data


class MealTest(holdfastd.ServerTest):
    def canteen(self, options=""):
        return self.serve("meal", options=options)

    def connect(self, server):
        client = MealClient(server.ports["meal"])
        self.addCleanup(client.close)
        return client

    def check_table(self, client, table):
        for *payloads, expected in table:
            self.assertEqual(client.ask(*payloads), expected, payloads)

    # ---- requests and replies

    def test_every_request_has_its_reply(self):
        client = self.connect(self.canteen())
        self.check_table(client, [
            (LIST_ALL, ""),
            (LIST_DAY, DAY, ""),
            (MAKE, slot(DAY, "12:00", "13:00"), "SUCCESS"),
            (MAKE, slot(DAY, "12:00", "13:00"), "TAKEN"),
            (MAKE, slot(DAY, "12:15", "12:45"), "TAKEN"),
            (MAKE, slot(DAY, "11:00", "14:00"), "TAKEN"),
            (MAKE, slot(DAY, "11:00", "12:01"), "TAKEN"),
            (MAKE, slot(DAY, "12:59", "14:00"), "TAKEN"),
            (MAKE, slot(DAY, "13:00", "14:00"), "SUCCESS"),  # they touch
            (MAKE, slot(DAY, "11:59", "12:00"), "SUCCESS"),
            (MAKE, slot("02.12.2035", "12:15", "12:45"), "SUCCESS"),  # another day
            (MAKE, slot("02.12.2035", "00:00", "12:15"), "SUCCESS"),
            (MAKE, slot("29.02.2036", "22:00", "23:59"), "SUCCESS"),
            (MAKE, '{"end_time":"09:00","who":["x",{}],"date":"30.11.2035","start_time":"08:00"}',
             "SUCCESS"),
            (LIST_ALL, "30.11.2035,08:00,09:00;01.12.2035,11:59,12:00;01.12.2035,12:00,13:00;"
                       "01.12.2035,13:00,14:00;02.12.2035,00:00,12:15;02.12.2035,12:15,12:45;"
                       "29.02.2036,22:00,23:59"),
            (LIST_DAY, DAY, "11:59,12:00;12:00,13:00;13:00,14:00"),
            (LIST_DAY, "2035.12.02", "00:00,12:15;12:15,12:45"),
            (LIST_DAY, "03.12.2035", ""),
        ])
        client.tell(DISCONNECT)
        self.assertEqual(client.receive(), b"")

    def test_what_makes_no_sense_is_an_error(self):
        client = self.connect(self.canteen())
        for detail in [
            slot("31.02.2035", "12:00", "13:00"), slot("1.12.2035", "12:00", "13:00"),
            slot("2035-12-01", "12:00", "13:00"), slot("2035.12.01", "12:00", "13:00"),
            slot("01.12.1999", "12:00", "13:00"), slot("01.12.9999", "12:00", "13:00"),
            slot("01.12.0000", "12:00", "13:00"), slot("", "12:00", "13:00"),
            slot(DAY, "13:00", "13:00"), slot(DAY, "13:00", "12:00"), slot(DAY, "", ""),
            slot(DAY, "7:5", "12:00"), slot(DAY, "12:00", "24:00"), slot(DAY, "12:60", "13:00"),
            slot(DAY, "99:99", "99:99"), slot(DAY, "-1:00", "12:00"), slot(DAY, "12:00 ", "13:00"),
            slot(DAY, "a,b", "c;d"), slot(DAY + "\0", "12:00", "13:00"), slot(None, "12:00", "13:00"),
            slot(DAY, 12, 13), slot(DAY, ["12:00"], "13:00"), slot(DAY, True, "13:00"),
            f'{{"date": "{DAY}", "start_time": "12:00"}}', "{}", "[]", "null", "17", '"text"',
            "", " ", "{", slot(DAY, "12:00", "13:00") + "}", "[" * 65536, "\0", b"\xff\xfe",
            slot(DAY, "12:00", "13:00").encode().replace(b"12:", b"\xff2:"), MAKE, DISCONNECT,
        ]:
            self.assertEqual(client.ask(MAKE, detail), "ERROR", detail[:80])
        for detail in ["", " ", DAY + " ", "1.12.2035", "31.02.2035", "2035-12-01", "2035.13.01",
                       "\0", b"\xff\xfe", "x" * 65536, LIST_DAY, DISCONNECT]:
            self.assertEqual(client.ask(LIST_DAY, detail), "", detail[:80])
        self.assertEqual(client.ask(LIST_ALL), "")

    def test_what_is_no_command_has_no_answer(self):
        client = self.connect(self.canteen())
        self.assertEqual(client.make(DAY, "12:00", "13:00"), "SUCCESS")
        for payload in ["", " ", "\0", "\n", b"\xff\xfe", "x" * 65536, LIST_ALL + "\n", " " + LIST_ALL,
                        LIST_ALL.lower(), "!CANCEL", slot(DAY, "10:00", "11:00"), DAY, "DISCONNECT"]:
            client.tell(payload)
            self.assertEqual(client.ask(LIST_DAY, DAY), "12:00,13:00", payload[:40])

    def test_days_that_are_over_are_neither_taken_nor_listed(self):
        server = self.canteen()
        client = self.connect(server)
        while True:  # once more when midnight came
            day = today(server)
            before = [dotted(day - datetime.timedelta(days)) for days in (1, 2)]
            replies = [client.make(date, "10:00", "11:00") for date in before]
            listed = client.ask(LIST_ALL)
            tonight = client.make(dotted(day), "00:00", "00:01")
            server.order("BOOK mealtime Garden at=2020-01-01T10:00/11:00")
            if today(server) == day:
                break
        # Around midnight its clock may say the day before; yet nobody needs to see it.
        self.assertEqual(replies, ["SUCCESS", "ERROR"])
        self.assertEqual(listed, "")
        self.assertEqual(tonight, "SUCCESS")
        self.assertEqual(client.ask(LIST_DAY, before[0]), "")
        self.assertEqual(client.ask(LIST_DAY, "01.01.2020"), "")
        self.assertIn("2020-01-01T10:00/11:00", whole_map(server))

    def test_a_listing_is_as_long_as_one_read_brings(self):
        for options, bound in [("", 1384), ("meal.listing = 64", 64), ("meal.listing = 60KiB", 61440)]:
            client = self.connect(self.canteen(options))
            slots = [(f"{hour:02}:{minute:02}", f"{hour:02}:{minute + 5:02}")
                     for hour in range(20) for minute in range(0, 55, 5)]
            client.send(b"".join(messages(MAKE, slot(DAY, *times)) for times in reversed(slots)))
            self.assertEqual([client.hear() for _ in slots], ["SUCCESS"] * len(slots))
            for request, rows in [((LIST_ALL,), [f"{DAY},{start},{end}" for start, end in slots]),
                                  ((LIST_DAY, DAY), [f"{start},{end}" for start, end in slots])]:
                fit = min(len(rows), (bound + 1) // (len(rows[0]) + 1))
                self.assertEqual(client.ask(*request), ";".join(rows[:fit]), options)

    # ---- framing

    def test_lengths_are_read_as_they_were(self):
        client = self.connect(self.canteen())
        for length in [b"22", b"+2_2", b"022", b"22".rjust(64), b"\t22", b"22\n\n", b"\n 22",
                       "２２".encode()]:
            client.send(length.ljust(64) + LIST_ALL.encode())
            self.assertEqual(client.hear(), "", length)

    def test_without_a_length_the_connection_ends(self):
        server = self.canteen()
        for length in [b"22".ljust(64, b"\0"), b"", b"length", b"-1", b"2 2", b"2.0", b"0x16", b"_22",
                       b"65537", b"10000000000", str(2**63).encode(), b"9" * 64, b"\xff\xfe",
                       b"22" + b"\0", LIST_ALL.encode() * 3]:
            for before, answer in [([], b""), ([LIST_ALL], message("")), ([MAKE], message("ERROR")),
                                   ([LIST_DAY], message(""))]:
                client = self.connect(server)
                client.send(messages(*before) + length.ljust(64)[:64] + b"tail")
                self.assertEqual(client.receive_until_closed(), answer, length)

    def conversation(self):
        """Requests of every kind, and what is answered once the slot is taken."""
        return [((MAKE, slot(DAY, "12:00", "13:00")), message("TAKEN")),
                ((LIST_ALL,), message(DAY + ",12:00,13:00")),
                ((LIST_DAY, DAY), message("12:00,13:00")),
                ((MAKE, "{}"), message("ERROR")),
                (("nothing",), b"")]

    def test_segments_make_no_difference(self):
        server = self.canteen()
        client = self.connect(server)
        self.assertEqual(client.make(DAY, "12:00", "13:00"), "SUCCESS")
        clients = [self.connect(server) for _ in range(100)]
        for payloads, answer in self.conversation():
            data = messages(*payloads)
            for split, parted in holdfastd.send_in_two(clients, data):
                self.expect(parted, answer, (payloads, split))
            for i in range(len(data)):
                client.send(data[i:i + 1])
            self.expect(client, answer, payloads)
        for _, client in holdfastd.send_in_two(clients, message(DISCONNECT)):
            self.assertEqual(client.receive(), b"")

    def expect(self, client, answer, about):
        if answer:
            self.assertEqual(message(client.hear()), answer, about)

    def test_what_comes_together_is_answered_in_order(self):
        server = self.canteen()
        client = self.connect(server)
        self.assertEqual(client.make(DAY, "12:00", "13:00"), "SUCCESS")
        for first, first_answer in self.conversation():
            for second, second_answer in self.conversation():
                client.send(messages(*first, *second))
                for answer in (first_answer, second_answer):
                    self.expect(client, answer, (first, second))
            other = self.connect(server)
            other.send(messages(*first, DISCONNECT, LIST_ALL))  # nothing behind the end
            self.assertEqual(other.receive_until_closed(), first_answer)

    def test_ten_megabytes_without_an_end_harm_nobody(self):
        server = self.canteen()
        for flood, answers in [(b"x" * 10_000_000, b""),
                               (message("") * 156_250 + message(LIST_ALL), message(""))]:
            client = self.connect(server)

            def work(i):
                if i == 1:
                    return client.hear_the_end()
                try:
                    client.send(flood)
                    client.half_close()
                except ConnectionError:
                    pass

            self.assertEqual(holdfastd.all_at_once(2, work)[1], answers)
        self.assertEqual(self.connect(server).make(DAY, "12:00", "13:00"), "SUCCESS")

    # ---- ends

    def test_half_a_close_is_answered_and_closed(self):
        server = self.canteen()
        self.assertEqual(self.connect(server).make(DAY, "12:00", "13:00"), "SUCCESS")
        steps = [(b"", b""), (b"22", b""), (message(LIST_ALL)[:-1], b""), (message(MAKE), message("ERROR")),
                 (message(LIST_DAY), message("")), (messages(MAKE, "x")[:-1], message("ERROR")),
                 (message(MAKE) + b"66", message("ERROR")), (message("nothing"), b""),
                 (messages(LIST_ALL, MAKE), message(DAY + ",12:00,13:00") + message("ERROR"))]
        steps += [(messages(*payloads), answer) for payloads, answer in self.conversation()]
        for data, answer in steps:
            client = self.connect(server)
            client.send(data)
            client.half_close()
            self.assertEqual(client.receive_until_closed(), answer, data)

    def test_a_reset_harms_nobody(self):
        server = self.canteen()
        witness = self.connect(server)
        for data in [b"", b"22", message(LIST_ALL), message(MAKE), message(MAKE) + b"66",
                     messages(LIST_DAY, DAY), messages(*[LIST_ALL] * 1000)]:
            client = self.connect(server)
            client.send_alone(data)
            client.reset()
            self.assertEqual(witness.ask(LIST_ALL), "")
        client = self.connect(server)
        client.tell(MAKE, slot(DAY, "12:00", "13:00"))
        deadline = time.monotonic() + holdfastd.PATIENCE
        while witness.ask(LIST_ALL) != DAY + ",12:00,13:00":
            self.assertLess(time.monotonic(), deadline)
        client.reset()
        self.assertEqual(witness.make(DAY, "12:30", "12:40"), "TAKEN")

    def test_a_slow_reader_gets_everything_in_order(self):
        client = self.connect(self.canteen())
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        answers = holdfastd.answers_to(client, messages(LIST_ALL, MAKE, "{}") * 500, 100)
        self.assertEqual(answers, messages("", "ERROR") * 500)

    # ---- many clients

    def test_hundreds_of_sessions_do_not_hang(self):
        server = self.canteen()
        seed = random.randrange(1 << 32)

        def sessions(i):
            choice = random.Random(seed + i)
            date = f"{i + 1:02}.06.2035"
            pause = 0.03 if i % 2 else 0
            minutes = []
            for _ in range(12):
                client = MealClient(server.ports["meal"])
                minute = choice.randrange(59)
                expected = "TAKEN" if minute in minutes else "SUCCESS"
                time.sleep(pause)
                self.assertEqual(client.make(date, f"09:{minute:02}", f"09:{minute + 1:02}"),
                                 expected, seed)
                minutes = sorted({*minutes, minute})
                time.sleep(pause)
                self.assertEqual(client.ask(LIST_DAY, date),
                                 ";".join(f"09:{m:02},09:{m + 1:02}" for m in minutes), seed)
                client.ask(LIST_ALL)
                client.tell(DISCONNECT)
                self.assertEqual(client.receive(), b"")
                client.close()

        holdfastd.all_at_once(25, sessions)

    def test_one_of_forty_gets_the_slot(self):
        server = self.canteen()
        clients = [self.connect(server) for _ in range(40)]
        for day in range(1, 6):
            date = f"{day:02}.07.2035"
            for client in clients:
                client.tell(MAKE)
            # They overlap, all of them at 12:40, and no two are the same.
            replies = holdfastd.all_at_once(40, lambda i: clients[i].ask(
                slot(date, f"12:{i:02}", f"13:{i:02}")))
            self.assertEqual(sorted(replies), ["SUCCESS"] + ["TAKEN"] * 39)
            self.assertEqual(len(clients[0].ask(LIST_DAY, date).split(";")), 1)

    # ---- together with others

    def test_it_is_the_same_space_everywhere(self):
        server = self.canteen()
        client = self.connect(server)
        self.assertEqual(client.make(DAY, "12:00", "13:00"), "SUCCESS")
        self.assertIn("unit=Garden at=2035-12-01T12:00/13:00 state=booked", whole_map(server))
        book = "BOOK mealtime Garden at="
        self.assertEqual(server.order(book + "2035-12-01T12:59/14:00").split()[0], "-TAKEN")
        for at in ["2035-12-01T13:00/14:00", "2035-12-01T23:00/01:30",
                   "2035-12-03T20:00/2035-12-05T06:00"]:
            self.assertEqual(server.order(book + at).split()[0], "+OK", at)
        self.check_table(client, [
            (MAKE, slot(DAY, "13:30", "13:40"), "TAKEN"),
            (MAKE, slot("02.12.2035", "01:00", "02:00"), "TAKEN"),
            (MAKE, slot("02.12.2035", "01:30", "02:00"), "SUCCESS"),
            (MAKE, slot("04.12.2035", "12:00", "12:01"), "TAKEN"),
            (LIST_DAY, DAY, "12:00,13:00;13:00,14:00;23:00,24:00"),
            (LIST_DAY, "02.12.2035", "00:00,01:30;01:30,02:00"),
            (LIST_DAY, "04.12.2035", "00:00,24:00"),
            (LIST_ALL, "01.12.2035,12:00,13:00;01.12.2035,13:00,14:00;01.12.2035,23:00,24:00;"
                       "02.12.2035,00:00,01:30;02.12.2035,01:30,02:00;03.12.2035,20:00,24:00;"
                       "04.12.2035,00:00,24:00;05.12.2035,00:00,06:00"),
        ])

    def test_the_peer_is_recorded(self):
        server = self.canteen()
        client = self.connect(server)
        self.assertEqual(client.make(DAY, "12:00", "13:00"), "SUCCESS")
        port = client.socket.getsockname()[1]
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect(server.directory.name + "/data/holdfastd.sock")
            admin.sendall(b"LIST mealtime\nQUIT\n")
            listed = b""
            while piece := admin.recv(65536):
                listed += piece
        self.assertIn(f"guest=meal:127.0.0.1:{port}", listed.decode())

    # ---- the house cannot

    def test_what_cannot_be_done_now_is_an_error(self):
        server = self.canteen()
        self.assertEqual(self.connect(server).make(DAY, "12:00", "13:00"), "SUCCESS")
        server.stop()
        server.configure("storage.reserve = 64TiB")
        server.start()
        self.check_table(self.connect(server), [(MAKE, slot(DAY, "14:00", "15:00"), "ERROR"),
                                                (LIST_DAY, DAY, "12:00,13:00")])

    def test_an_offering_that_is_not_there_is_an_error(self):
        self.check_table(self.connect(self.canteen("meal.offering = nosuch")), [
            (MAKE, slot(DAY, "14:00", "15:00"), "ERROR"), (LIST_DAY, DAY, ""), (LIST_ALL, "")])

    def test_nothing_is_lost_by_a_restart_or_a_crash(self):
        server = self.canteen()
        client = self.connect(server)
        self.assertEqual(client.make(DAY, "12:00", "13:00"), "SUCCESS")
        client.tell(MAKE)
        server.stop()
        self.assertIn(client.hear_the_end(), [b"", message("ERROR")])
        server.start()
        client = self.connect(server)
        self.assertEqual(client.make(DAY, "13:00", "14:00"), "SUCCESS")
        client.send_alone(message(MAKE))
        server.kill()
        self.assertEqual(client.hear_the_end(), b"")
        server.start()
        self.check_table(self.connect(server), [(LIST_DAY, DAY, "12:00,13:00;13:00,14:00"),
                                                (MAKE, slot(DAY, "12:30", "13:30"), "TAKEN")])


def whole_map(server):
    with server.client("native") as native:
        native.send(b"MAP mealtime\nQUIT\n")
        return native.receive_until_closed().decode()


if __name__ == "__main__":
    holdfastd.main()
