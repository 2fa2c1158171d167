"""The promises to the people handed over: business hours, clocks, and what follows a breach."""
