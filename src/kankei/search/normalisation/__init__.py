"""Text as it is compared: one width, one kana, new character forms, listed variants."""
