"""Engine over an embedded Oxigraph store: a zygote forks workers that evaluate queries and can be killed."""
