// Package chart draws the charts of the dashboard as SVG: lines over time with
// jobs and marks below them, and areas for a tree: treemap and icicle.
//
// In go numbers, names and links; out comes SVG to be put into a page. How it
// looks is the page's style sheet's: every part has a class, and no style of its
// own, so that it follows the page into the dark. Texts may be hostile. It knows
// no heaps and no requests.
package chart
