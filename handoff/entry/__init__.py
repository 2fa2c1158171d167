"""Who comes to sales: the rules, who is doubted, who waits, and how each stands."""
