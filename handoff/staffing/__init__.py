"""Who is there for the leads: absences, and the queue that managers have routed anew."""
