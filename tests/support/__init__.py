"""What tests of several rooms share: clients, servers, generated inputs."""
