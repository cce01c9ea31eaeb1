from components.phone import token as tokens

SECRET = b"s" * 32


def test_a_token_is_genuine_for_its_meeting_and_secret_only():
    token = tokens.new_token(SECRET, "ABCD")
    assert tokens.is_genuine(SECRET, "ABCD", token)
    assert not tokens.is_genuine(SECRET, "ABCE", token)
    assert not tokens.is_genuine(b"t" * 32, "ABCD", token)


def test_no_other_spelling_of_a_token_is_genuine():
    token = tokens.new_token(SECRET, "ABCD")
    others = [
        token.upper(),
        token + " ",
        " " + token,
        token[:-1],
        token + "0",
        token.replace(".", ","),
        "",
        "é" * 97,
    ]
    others += [token[:i] + ("0" if token[i] != "0" else "1") + token[i + 1 :] for i in range(len(token))]
    assert not any(tokens.is_genuine(SECRET, "ABCD", other) for other in others)


def test_tokens_and_device_keys_differ():
    made = {tokens.new_token(SECRET, "ABCD") for _ in range(200)}
    assert len(made) == len({tokens.device_key(SECRET, token) for token in made}) == 200
    assert tokens.device_key(b"t" * 32, min(made)) != tokens.device_key(SECRET, min(made))
