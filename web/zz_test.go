package web
import _ "github.com/chromedp/chromedp"
