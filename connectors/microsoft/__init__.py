"""Microsoft: Entra ID, Microsoft 365, Intune, Defender, Azure and Azure DevOps of one tenant."""

from connectors.microsoft.connector import MicrosoftConnector

__all__ = ["MicrosoftConnector"]
