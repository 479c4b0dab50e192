// Plantedmods is the worker of module planted with mistakes in the use of
// widely used modules, and with their right use: a router, a logger, metrics,
// a scheduler, caches, a database.
package main

import "planted/drive"

func main() { drive.Main(leaks, controls) }
