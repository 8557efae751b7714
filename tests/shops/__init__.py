"""Five shops in memory behind loopback servers, each in the shape in which its software answers."""
