"""Views: parse, ask `access`, call one service, answer."""
