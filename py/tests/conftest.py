pytest_plugins = ["tabletheory.testing"]
