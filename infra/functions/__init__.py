"""How functions are bundled, granted rights and connected to streams."""
