# SPDX-License-Identifier: Apache-2.0
"""The verdict on the next renewal against what certbot then does: machines, ways to break them, and who was right."""
