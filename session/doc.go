// Package session is the table of commands that every face of objgraph shares,
// and the dumps that are open while they run.
//
// In goes a command by its name with its flags and arguments; out comes its
// answer on Env.Out, as text or JSON, and files where the command writes some.
// Warnings and progress go to Env.Err. A face (the command line, later an
// interactive session and a web page) turns Flag values into its own kind of
// input and errors into its own kind of failure.
//
// To add a command: a file with a function that returns its *Command, and a
// line in Commands. A test wants help, an example, and help for each flag.
package session
