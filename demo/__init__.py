"""The demo and the board: a simulated centre through the deployed pipeline, on this machine."""
