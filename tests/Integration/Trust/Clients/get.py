"""Gets a URL and prints the answer; what it believes is said by SSL_CERT_FILE."""
import sys
import urllib.request

with urllib.request.urlopen(sys.argv[1]) as answer:
    print(answer.status, answer.read().decode())
