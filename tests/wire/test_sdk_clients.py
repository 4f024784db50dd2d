"""Requests are spread over several clients of an SDK."""

from contextlib import ExitStack

from diptych.wire.sdk_clients import SdkClients


class SdkClient:
    """Counts how often it was closed."""

    def __init__(self) -> None:
        self.closed = 0

    async def close(self) -> None:
        self.closed += 1


def test_requests_that_follow_each_other_share_a_client() -> None:
    clients = SdkClients(SdkClient, 2)

    with clients.one() as first:
        pass
    with clients.one() as second:
        pass

    assert second is first


def test_another_client_is_made_when_all_are_busy_and_the_first_with_room_is_used_again() -> None:
    clients = SdkClients(SdkClient, 2)
    with clients.one() as first, ExitStack() as leaves_later:
        leaves_later.enter_context(clients.one())
        with clients.one() as second, clients.one() as third:
            assert first is not second is third
            leaves_later.close()
            with clients.one() as fourth:
                assert fourth is first


async def test_all_clients_are_closed() -> None:
    made: list[SdkClient] = []

    def new_client() -> SdkClient:
        made.append(SdkClient())
        return made[-1]

    clients = SdkClients(new_client, 1)
    with clients.one(), clients.one():
        pass
    await clients.close()

    assert [client.closed for client in made] == [1, 1]
